using System.Text;
using System.Text.Json;

namespace Everturn.Storage.Sqlite.Tests.Processes;

internal static class Documents
{
    public static byte[] Create(int number, int padding) => Encoding.UTF8.GetBytes($$"""{"n":{{number}},"padding":"{{new string('x', padding)}}"}""");

    public static int Number(ReadOnlySpan<byte> content) => JsonElement.Parse(content).GetProperty("n").GetInt32();

    public static bool TryNumber(ReadOnlySpan<byte> content, out int number)
    {
        try
        {
            number = Number(content);
            return true;
        }
        catch (JsonException)
        {
            number = 0;
            return false;
        }
    }
}
