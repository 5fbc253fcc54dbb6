using System.Data.Common;
using System.Globalization;
using System.Net;

namespace Everturn.Cli.Verify.Stores;

/// <summary>PostgreSQL: <c>Host=a,b:5433;Port=5432;...</c>, a proxy for each host.</summary>
internal static class PostgresRoute
{
    private const int DefaultPort = 5432;

    // Npgsql knows the host by both.
    private static readonly string[] HostNames = ["Host", "Server"];
    private static readonly string[] Replaced = [.. HostNames, "Port"];

    public static StoreRoute Of(string connection)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connection;
        }
        catch (ArgumentException exception)
        {
            throw StoreRoute.Refused($"the PostgreSQL connection cannot be read: {exception.Message}");
        }

        var hosts = HostNames.Select(name => Text(parts, name)).FirstOrDefault(value => value.Length > 0)
            ?? throw StoreRoute.Refused("the PostgreSQL connection has no Host.");
        if (Text(parts, "SSL Mode").Equals("VerifyFull", StringComparison.OrdinalIgnoreCase) || Text(parts, "SslMode").Equals("VerifyFull", StringComparison.OrdinalIgnoreCase))
        {
            throw StoreRoute.Refused("the PostgreSQL connection has SSL Mode=VerifyFull, and no certificate fits a proxy on 127.0.0.1.");
        }

        var port = Text(parts, "Port") is { Length: > 0 } given ? Port(given) : DefaultPort;
        var targets = hosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(host => Target(host, port)).ToArray();
        return new(targets, addresses => Lead(connection, addresses));
    }

    private static string Lead(string connection, IReadOnlyList<IPEndPoint> addresses)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connection };
        var led = new DbConnectionStringBuilder();
        foreach (var name in parts.Keys.Cast<string>().Where(name => !Replaced.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            led[name] = parts[name];
        }

        if (addresses.Count == 1)
        {
            led["Host"] = addresses[0].Address.ToString();
            led["Port"] = addresses[0].Port;
        }
        else
        {
            led["Host"] = string.Join(',', addresses);
        }

        return led.ConnectionString;
    }

    private static DnsEndPoint Target(string host, int port)
    {
        if (host.StartsWith('/') || host.StartsWith('@'))
        {
            throw StoreRoute.Refused($"the PostgreSQL host '{host}' is a Unix socket, which no proxy carries.");
        }

        // An IPv6 address has colons of its own: with a port it stands in brackets.
        if (host.StartsWith('[') && host.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
        {
            return new DnsEndPoint(host[1..end], end + 2 < host.Length ? Port(host[(end + 2)..]) : port);
        }

        var colon = host.LastIndexOf(':');
        return colon > 0 && host.IndexOf(':', StringComparison.Ordinal) == colon
            ? new DnsEndPoint(host[..colon], Port(host[(colon + 1)..]))
            : new DnsEndPoint(host, port);
    }

    private static int Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : throw StoreRoute.Refused($"'{text}' is no port of a PostgreSQL server.");

    private static string Text(DbConnectionStringBuilder parts, string name) =>
        parts.TryGetValue(name, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" : "";
}
