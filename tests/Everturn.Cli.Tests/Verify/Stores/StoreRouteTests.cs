using System.Net;
using Everturn.Cli.Verify.Stores;

namespace Everturn.Cli.Tests.Verify.Stores;

public sealed class StoreRouteTests
{
    private const string AzuriteKey = "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    [Theory]
    [InlineData("postgres:Host=db;Database=x", "db:5432", "postgres:database=x;host=127.0.0.1;port=7001")]
    [InlineData("postgres:Server=db;Port=6000;Password=\"a;b=c:d\"", "db:6000", "postgres:password=\"a;b=c:d\";host=127.0.0.1;port=7001")]
    [InlineData("postgres:host=10.0.0.1:5433;Username=u", "10.0.0.1:5433", "postgres:username=u;host=127.0.0.1;port=7001")]
    [InlineData("postgres:Host=::1;Port=6000", "::1:6000", "postgres:host=127.0.0.1;port=7001")]
    [InlineData(
        "postgres:Host=a,b:5433,[::1]:5434,[::2];Port=6000;Target Session Attributes=read-write",
        "a:6000 b:5433 ::1:5434 ::2:6000",
        "postgres:target session attributes=read-write;host=127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003,127.0.0.1:7004")]
    [InlineData(
        "azureblobs:DefaultEndpointsProtocol=http;AccountName=a;AccountKey=x==;BlobEndpoint=http://127.0.0.1:10000/a;QueueEndpoint=http://127.0.0.1:10001/a",
        "127.0.0.1:10000",
        "azureblobs:DefaultEndpointsProtocol=http;AccountName=a;AccountKey=x==;BlobEndpoint=http://127.0.0.1:7001/a;QueueEndpoint=http://127.0.0.1:10001/a")]
    [InlineData(
        "azureblobs:UseDevelopmentStorage=true", "127.0.0.1:10000",
        "azureblobs:AccountName=devstoreaccount1;" + AzuriteKey + ";BlobEndpoint=http://127.0.0.1:7001/devstoreaccount1")]
    [InlineData(
        "azureblobs:usedevelopmentstorage=True;Container=bots", "127.0.0.1:10000",
        "azureblobs:AccountName=devstoreaccount1;" + AzuriteKey + ";BlobEndpoint=http://127.0.0.1:7001/devstoreaccount1;Container=bots")]
    [InlineData("azureblobs:http://localhost:10000/a?sv=1&sig=x%2B%3D", "localhost:10000", "azureblobs:http://127.0.0.1:7001/a?sv=1&sig=x%2B%3D")]
    [InlineData(
        "cosmos:AccountEndpoint=http://localhost:8081/;AccountKey=x==;Database=d", "localhost:8081",
        "cosmos:AccountEndpoint=http://127.0.0.1:7001/;AccountKey=x==;Database=d")]
    public void Connection_is_led_elsewhere_and_stays_the_same_otherwise(string store, string targets, string led)
    {
        var route = StoreRoute.Of(store);

        Assert.Equal(targets, string.Join(' ', route.Targets.Cast<DnsEndPoint>().Select(target => $"{target.Host}:{target.Port}")));
        var addresses = Enumerable.Range(7001, route.Targets.Count).Select(port => new IPEndPoint(IPAddress.Loopback, port)).ToArray();
        Assert.Equal(led, route.Lead(addresses), ignoreCase: store.StartsWith("postgres", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("postgres:Database=x", "no Host")]
    [InlineData("postgres:Host=/var/run/postgresql", "Unix socket")]
    [InlineData("postgres:Host=db:many", "no port")]
    [InlineData("postgres:Host=db;Port=70000", "no port")]
    [InlineData("postgres:nonsense", "cannot be read")]
    [InlineData("postgres:Host=db;SSL Mode=VerifyFull", "VerifyFull")]
    [InlineData("azureblobs:DefaultEndpointsProtocol=https;AccountName=a;AccountKey=x==", "no BlobEndpoint")]
    [InlineData("azureblobs:BlobEndpoint=https://a.blob.core.windows.net;SharedAccessSignature=x", "https")]
    [InlineData("azureblobs:https://a.blob.core.windows.net", "https")]
    [InlineData("cosmos:AccountKey=x==", "no AccountEndpoint")]
    [InlineData("cosmos:AccountEndpoint=https://a.documents.azure.com:443/;AccountKey=x==", "https")]
    [InlineData("cosmos:AccountEndpoint=somewhere", "no http URL")]
    [InlineData("redis:localhost", "postgres, azureblobs, cosmos")]
    public void Connection_that_no_proxy_can_stand_in_for_is_refused_without_showing_its_secrets(string store, string reason)
    {
        var refused = Assert.Throws<CliException>(() => StoreRoute.Of(store));

        Assert.StartsWith("ET6021: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("x==", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
    }
}
