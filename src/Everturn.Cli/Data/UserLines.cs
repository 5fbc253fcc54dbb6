using System.Buffers;
using System.Text;
using System.Text.Json;
using Everturn.Users;

namespace Everturn.Cli.Data;

/// <summary>What is kept of a user as lines of JSON: <c>{"kind","channel","id","content"}</c>.</summary>
internal static class UserLines
{
    /// <summary>Opens a new file that nobody else may read.</summary>
    /// <exception cref="CliException">There is one already, or it cannot be made.</exception>
    public static StreamWriter Create(string file)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return new(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(ErrorCodes.OutputFile, $"'{file}' cannot be made: {exception.Message} Name a new file.", inner: exception);
        }
    }

    /// <summary>Writes a line a document; says how many.</summary>
    public static async Task<int> WriteAsync(IAsyncEnumerable<UserDocument> documents, TextWriter output)
    {
        var count = 0;
        await foreach (var document in documents)
        {
            await output.WriteLineAsync(Line(document));
            count++;
        }

        return count;
    }

    private static string Line(UserDocument document)
    {
        var buffer = new ArrayBufferWriter<byte>(document.Json.Length + 128);
        // Written anew, so that it is one line however it was stored.
        using (var content = JsonDocument.Parse(document.Json, new JsonDocumentOptions { MaxDepth = 256 }))
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = 260 }))
        {
            json.WriteStartObject();
            json.WriteString("kind", document.Kind);
            json.WriteString("channel", document.Channel);
            json.WriteString("id", document.Id);
            json.WritePropertyName("content");
            content.RootElement.WriteTo(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
