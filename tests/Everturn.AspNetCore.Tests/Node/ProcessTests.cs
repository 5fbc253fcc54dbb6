using System.Text.Json;
using Everturn.AspNetCore.Node;

namespace Everturn.AspNetCore.Tests.Node;

public sealed class ProcessTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("everturn-");

    private string File => Path.Combine(_directory.FullName, "node.json");

    [Fact]
    public async Task Node_announces_where_it_listens_and_stops_when_its_input_ends()
    {
        using var child = ChildNode.Start(
            ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("Everturn__Announce", File), ("Everturn__StopWithParent", "true"), ("Everturn__Node", "child-1"));

        var (url, pid) = await AnnouncementAsync(child);
        Assert.Equal(child.Id, pid);
        using (var http = new HttpClient { BaseAddress = new Uri(url) })
        using (var answer = await http.GetAsync("/health/ready"))
        {
            Assert.Contains("\"node\":\"child-1\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        child.CloseInput();
        await child.WaitForExitAsync();

        Assert.Equal(0, child.ExitCode);
        Assert.Contains("Application is shutting down", await child.Output, StringComparison.Ordinal);
        Assert.Equal(["node.json"], _directory.GetFiles().Select(file => file.Name).ToArray());
    }

    [Fact]
    public async Task Node_without_StopWithParent_outlives_its_input()
    {
        using var child = ChildNode.Start(("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("Everturn__Announce", File));
        child.CloseInput();

        var (url, _) = await AnnouncementAsync(child);

        using var http = new HttpClient { BaseAddress = new Uri(url) };
        using var answer = await http.GetAsync("/health/live");
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Node_that_may_not_listen_exits_with_the_reason_and_no_announcement()
    {
        using var child = ChildNode.Start(("ASPNETCORE_URLS", "http://0.0.0.0:0"), ("Everturn__Announce", File));

        await child.WaitForExitAsync();

        Assert.NotEqual(0, child.ExitCode);
        Assert.Contains("ET3001", await child.Output + await child.Errors, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Announcement_that_cannot_be_written_says_so()
    {
        var exception = await Assert.ThrowsAsync<IOException>(
            () => AnnounceFile.WriteAsync(Path.Combine(_directory.FullName, "missing", "node.json"), ["http://127.0.0.1:1"], CancellationToken.None));

        Assert.StartsWith("ET3015: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:81", "http://127.0.0.1:81")]
    [InlineData("http://localhost:82", "http://127.0.0.1:82")]
    [InlineData("http://[::]:83", "http://127.0.0.1:83")]
    [InlineData("http://[::1]:84", "http://[::1]:84")]
    [InlineData("https://localhost:85,http://localhost:86", "http://127.0.0.1:86")]
    [InlineData("https://localhost:87", "https://127.0.0.1:87")]
    [InlineData("http://unix:/tmp/x.sock,http://127.0.0.1:88", "http://127.0.0.1:88")]
    public void Announced_url_is_one_that_this_machine_can_call(string addresses, string url) =>
        Assert.Equal(url, AnnounceFile.UrlOf(addresses.Split(',')));

    public void Dispose() => _directory.Delete(recursive: true);

    private async Task<(string Url, int Pid)> AnnouncementAsync(ChildNode child)
    {
        await Eventually.TrueAsync(() => Task.FromResult(System.IO.File.Exists(File) || child.HasExited));
        Assert.True(System.IO.File.Exists(File), child.HasExited ? await child.Output + await child.Errors : "");
        using var json = JsonDocument.Parse(await System.IO.File.ReadAllBytesAsync(File));
        return (json.RootElement.GetProperty("url").GetString()!, json.RootElement.GetProperty("pid").GetInt32());
    }
}
