using System.Security.Cryptography;
using Everturn.DirectLine.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Everturn.DirectLine.Files;

/// <summary>What an upload holds: files, and perhaps the activity that they belong to.</summary>
/// <param name="Activity">The activity's JSON; empty when only files were sent.</param>
/// <param name="Files">The files, in order.</param>
internal sealed record Upload(ReadOnlyMemory<byte> Activity, IReadOnlyList<StoredFile> Files)
{
    private const string ActivityType = "application/vnd.microsoft.activity";
    private const string UnknownType = "application/octet-stream";
    private const int MaxNameLength = 255;

    /// <summary>Reads a body: parts, or one file as the whole.</summary>
    /// <returns>The upload, or the answer that refuses it.</returns>
    public static async ValueTask<(Upload? Upload, Answer? Refusal)> ReadAsync(
        HttpRequest request, ReadOnlyMemory<byte> body, int maxActivityBytes, DirectLineOptions limits)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            return (null, Refusals.WrongContentType("multipart/form-data, or a file with its content type"));
        }

        var upload = new Upload(default, []);
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                upload = await ReadPartsAsync(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), body);
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or ArgumentException)
            {
                return (null, Refusals.BadArgument("The multipart body is broken."));
            }
        }
        else
        {
            upload = new(default, [ToFile(request.ContentType, request.Headers.ContentDisposition, body)]);
        }

        return upload.Problem(maxActivityBytes, limits) is { } refusal ? (null, refusal) : (upload, null);
    }

    /// <summary>What makes two uploads the same, whatever boundaries they were sent with.</summary>
    public byte[] RepeatKey()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(Activity.Span));
        foreach (var file in Files)
        {
            hash.AppendData(SHA256.HashData(file.Data));
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{file.Name}\n"));
        }

        return hash.GetHashAndReset();
    }

    private Answer? Problem(int maxActivityBytes, DirectLineOptions limits)
    {
        if (Activity.Length > maxActivityBytes)
        {
            return Refusals.TooLarge($"The activity has more than {maxActivityBytes} bytes.");
        }

        if (Files.Count > limits.MaxFilesPerUpload)
        {
            return Refusals.TooLarge($"There are more than {limits.MaxFilesPerUpload} files.");
        }

        if (Files.Any(file => file.Data.Length > limits.MaxFileBytes))
        {
            return Refusals.TooLarge($"A file has more than {limits.MaxFileBytes} bytes.");
        }

        return Activity.IsEmpty && Files.Count == 0 ? Refusals.BadArgument("The upload holds neither a file nor an activity.") : null;
    }

    private static async ValueTask<Upload> ReadPartsAsync(string boundary, ReadOnlyMemory<byte> body)
    {
        ReadOnlyMemory<byte> activity = default;
        var files = new List<StoredFile>();
        using var stream = new MemoryStream(body.ToArray(), writable: false);
        var reader = new MultipartReader(boundary, stream);
        while (await reader.ReadNextSectionAsync() is { } section)
        {
            using var content = new MemoryStream();
            await section.Body.CopyToAsync(content);
            if (section.ContentType?.StartsWith(ActivityType, StringComparison.OrdinalIgnoreCase) == true)
            {
                activity = activity.IsEmpty ? content.ToArray() : throw new InvalidDataException("There are two activities.");
            }
            else
            {
                files.Add(ToFile(section.ContentType, section.ContentDisposition, content.ToArray()));
            }
        }

        return new(activity, files);
    }

    private static StoredFile ToFile(string? contentType, string? contentDisposition, ReadOnlyMemory<byte> content)
    {
        var name = "";
        if (ContentDispositionHeaderValue.TryParse(contentDisposition, out var disposition))
        {
            name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.Length > 0 ? disposition.FileNameStar : disposition.FileName).ToString();
        }

        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        name = name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl) ? name : "file";
        var type = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed.MediaType.ToString() : UnknownType;
        return new(1, type, name, content.ToArray());
    }
}
