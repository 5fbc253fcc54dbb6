using System.Net;
using System.Net.Http.Json;
using System.Text;

namespace Everturn.Cli.Tests.Running;

public sealed class AdminApiTests(SharedCluster cluster) : IClassFixture<SharedCluster>
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    [Theory]
    [InlineData("GET", "/everturn/status")]
    [InlineData("POST", "/everturn/faults")]
    public async Task Request_under_a_foreign_host_name_is_refused(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), cluster.Up.Gateway + path) { Headers = { Host = "rebound.example" } };

        using var answer = await Http.SendAsync(request);

        await AssertRefusedAsync(answer, HttpStatusCode.Forbidden, "ET6014");
    }

    [Fact]
    public async Task Fault_from_a_foreign_page_is_refused_and_nothing_happens()
    {
        using var request = Fault("""{"action":"kill","target":"koreacentral-1"}""");
        request.Headers.Add("Origin", "https://example.org");

        using var answer = await Http.SendAsync(request);

        await AssertRefusedAsync(answer, HttpStatusCode.Forbidden, "ET6014");
        var status = await Http.GetFromJsonAsync(cluster.Up.Gateway + "/everturn/status", CliJson.Default.ClusterStatus);
        Assert.All(status!.Regions, region => Assert.True(region.Healthy));
    }

    [Fact]
    public async Task Fault_as_a_form_could_send_it_is_refused()
    {
        using var request = Fault("""{"action":"heal"}""", "text/plain");

        using var answer = await Http.SendAsync(request);

        await AssertRefusedAsync(answer, HttpStatusCode.UnsupportedMediaType, "ET6015");
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "ET6015")]
    [InlineData("null", HttpStatusCode.BadRequest, "ET6015")]
    [InlineData("[]", HttpStatusCode.BadRequest, "ET6015")]
    [InlineData("""{"action":7}""", HttpStatusCode.BadRequest, "ET6015")]
    [InlineData("""{"action":"explode","target":"koreacentral-1"}""", HttpStatusCode.BadRequest, "ET6015")]
    [InlineData("""{"action":"kill"}""", HttpStatusCode.NotFound, "ET6011")]
    [InlineData("""{"action":"kill","target":"koreacentral"}""", HttpStatusCode.NotFound, "ET6011")]
    [InlineData("""{"action":"kill-region","target":"koreacentral-1"}""", HttpStatusCode.NotFound, "ET6011")]
    public async Task Fault_that_makes_no_sense_is_refused(string body, HttpStatusCode status, string code)
    {
        using var request = Fault(body);

        using var answer = await Http.SendAsync(request);

        await AssertRefusedAsync(answer, status, code);
    }

    [Fact]
    public async Task Fault_of_absurd_length_is_refused()
    {
        using var request = Fault($$"""{"action":"{{new string('x', 100_000)}}"}""");

        using var answer = await Http.SendAsync(request);

        await AssertRefusedAsync(answer, HttpStatusCode.RequestEntityTooLarge, "ET6015");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task Gateway_listens_on_both_loopback_addresses(string address)
    {
        var port = new Uri(cluster.Up.Gateway).Port;

        using var page = await Http.GetAsync($"http://{address}:{port}/");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Equal("frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single());
    }

    private HttpRequestMessage Fault(string body, string type = "application/json") =>
        new(HttpMethod.Post, cluster.Up.Gateway + "/everturn/faults") { Content = new StringContent(body, Encoding.UTF8, type) };

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync(CliJson.Default.ErrorBody);
        Assert.Equal(code, body!.Error.Code);
        Assert.NotEmpty(body.Error.Message);
    }
}
