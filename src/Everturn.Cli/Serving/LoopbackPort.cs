using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Everturn.Cli.Serving;

/// <summary>Ports of this machine alone, on 127.0.0.1 and [::1] alike: a browser may take either for localhost.</summary>
internal static class LoopbackPort
{
    public static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");

    /// <summary>A port that was free a moment ago.</summary>
    public static int Guess()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static void Listen(KestrelServerOptions kestrel, int port) => kestrel.ListenLocalhost(port);

    public static CliException Unavailable(int port, IOException exception) => new(
        ErrorCodes.PortInUse,
        exception.InnerException is AddressInUseException
            ? $"port {port} is in use. Stop what listens there, or choose another: --port N (0 for any free one)."
            : $"cannot listen on port {port}: {exception.Message}",
        inner: exception);
}
