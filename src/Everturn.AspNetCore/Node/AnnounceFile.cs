using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Everturn.AspNetCore.Node;

/// <summary>Tells the launcher of this process where it listens.</summary>
internal static class AnnounceFile
{
    /// <summary>Puts the file in place whole: whoever finds it can read it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task WriteAsync(string file, IEnumerable<string> addresses, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new Announcement(UrlOf(addresses), Environment.ProcessId), NodeJsonContext.Default.Announcement);
        var temporary = $"{file}.{Environment.ProcessId}.tmp";
        try
        {
            await File.WriteAllBytesAsync(temporary, json, cancellationToken);
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"ET3015: '{file}', which Everturn:Announce names, cannot be written. Its directory must exist and be writable.", exception);
        }
    }

    /// <summary>An address that this machine can call, plain HTTP before HTTPS.</summary>
    public static string UrlOf(IEnumerable<string> addresses)
    {
        var binding = addresses.Select(BindingAddress.Parse)
            .Where(binding => !binding.IsUnixPipe && !binding.IsNamedPipe)
            .OrderByDescending(binding => binding.Scheme == "http")
            .FirstOrDefault() ?? throw new IOException("ET3015: the node listens on no TCP port that could be announced.");
        var host = binding.Host == "[::1]" ? binding.Host : "127.0.0.1";
        return $"{binding.Scheme}://{host}:{binding.Port}";
    }
}

internal sealed record Announcement(string Url, int Pid);
