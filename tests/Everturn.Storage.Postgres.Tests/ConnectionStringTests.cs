using Everturn.Storage.Postgres.Connections;
using Npgsql;

namespace Everturn.Storage.Postgres.Tests;

public sealed class ConnectionStringTests
{
    [Fact]
    public void Defaults_are_those_of_the_documentation()
    {
        var (writes, reads) = Build("Host=db");
        Assert.Equal((20, 10), (writes.MaxPoolSize, reads.MaxPoolSize));
        Assert.Equal((0, 5), (writes.CommandTimeout, reads.CommandTimeout));
        Assert.Equal((5, 5), (writes.Timeout, reads.Timeout));
        Assert.True(writes.TcpKeepAlive);
        Assert.Equal("everturn", writes.ApplicationName);
    }

    [Theory]
    [InlineData("Host=db;Maximum Pool Size=7;Timeout=9;Application Name=mine;TCP Keepalive=false")]
    [InlineData("Host=db;MaxPoolSize=7;Timeout=9;ApplicationName=mine;TcpKeepAlive=false")]
    public void What_the_user_has_set_stays(string connectionString)
    {
        var (writes, reads) = Build(connectionString);
        Assert.All([writes, reads], parts => Assert.Equal((7, 9, "mine", false), (parts.MaxPoolSize, parts.Timeout, parts.ApplicationName, parts.TcpKeepAlive)));
    }

    [Fact]
    public void What_the_promise_hangs_on_is_set_whatever_the_user_says()
    {
        var (writes, reads) = Build("Host=db;Command Timeout=3;Pooling=false;Cancellation Timeout=500;Options=-c statement_timeout=7 -c geqo=off");
        Assert.Equal(0, writes.CommandTimeout);
        Assert.True(writes.Pooling);
        Assert.Equal(-1, reads.CancellationTimeout);
        // The server takes the last of two.
        Assert.StartsWith("-c statement_timeout=7 -c geqo=off", writes.Options, StringComparison.Ordinal);
        Assert.True(writes.Options!.LastIndexOf("statement_timeout=0", StringComparison.Ordinal) > writes.Options.IndexOf("statement_timeout=7", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host=db", null)]
    [InlineData("Host=db1,db2", "read-write")]
    [InlineData("Host=db1,db2;Target Session Attributes=primary", "primary")]
    public void Several_hosts_are_asked_for_the_primary(string connectionString, string? expected)
    {
        var (writes, reads) = Build(connectionString);
        Assert.All([writes, reads], parts => Assert.Equal(expected, parts.TargetSessionAttributes));
    }

    private static (NpgsqlConnectionStringBuilder Writes, NpgsqlConnectionStringBuilder Reads) Build(string connectionString) =>
        (new(ConnectionStrings.ForWrites(connectionString)), new(ConnectionStrings.ForReads(connectionString, TimeSpan.FromSeconds(4.2))));
}
