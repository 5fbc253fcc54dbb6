using Everturn.Cli.Admin;
using Microsoft.AspNetCore.Http;

namespace Everturn.Cli.Tests.Admin;

public sealed class LoopbackGuardTests
{
    [Theory]
    [InlineData("localhost:3978", null, null)]
    [InlineData("127.0.0.1:3978", "http://localhost:3978", "same-origin")]
    [InlineData("[::1]:3978", "http://[::1]:3978", "same-origin")]
    [InlineData("LOCALHOST", "http://127.0.0.1:5173", "same-site")]
    public void Request_of_this_machine_passes(string host, string? origin, string? site) => Assert.Null(Check(host, origin, site));

    [Theory]
    [InlineData("evil.example:3978", null, null)]
    [InlineData("localhost.evil.example", null, null)]
    [InlineData("127.0.0.1.evil.example", null, null)]
    [InlineData("192.168.1.7:3978", null, null)]
    [InlineData("", null, null)]
    [InlineData("localhost:3978", "https://evil.example", null)]
    [InlineData("localhost:3978", "http://localhost.evil.example", null)]
    [InlineData("localhost:3978", "null", null)]
    [InlineData("localhost:3978", null, "cross-site")]
    public void Request_from_elsewhere_is_refused(string host, string? origin, string? site)
    {
        var refusal = Check(host, origin, site);

        Assert.NotNull(refusal);
        Assert.Equal(403, refusal.Status);
        Assert.Equal(ErrorCodes.ForeignOrigin, refusal.Code);
    }

    private static FaultRefusal? Check(string host, string? origin, string? site)
    {
        var request = new DefaultHttpContext().Request;
        request.Host = new HostString(host);
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }

        if (site is not null)
        {
            request.Headers["Sec-Fetch-Site"] = site;
        }

        return LoopbackGuard.Check(request);
    }
}
