using System.Text.Json;

namespace Everturn.Cli.Cluster;

/// <summary>What a node says of itself once it listens.</summary>
/// <param name="Url">Where, for instance <c>http://127.0.0.1:41235</c>.</param>
/// <param name="Pid">Its process, so that the word of an earlier one is not taken for this one's.</param>
internal sealed record Announcement(string Url, int Pid)
{
    /// <summary>Reads a node's file; null while there is none to read.</summary>
    public static Announcement? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), CliJson.Default.Announcement);
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }
}
