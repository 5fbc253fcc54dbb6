using System.Text.Json;
using Everturn.DirectLine.Conversations;
using Everturn.DirectLine.Files;
using Everturn.DirectLine.Http;
using Everturn.DirectLine.Tokens;
using Everturn.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Endpoints;

/// <summary>POST /conversations/{c}/upload: files, with the activity that they belong to or in one of their own.</summary>
internal sealed class UploadEndpoint(
    Authorizer authorizer,
    TokenService tokens,
    FileStore files,
    ActivityPoster poster,
    IOptions<EverturnOptions> node,
    IOptions<DirectLineOptions> options)
{
    // For boundaries and the headers of parts.
    private const int Overhead = 64 * 1024;

    public async ValueTask<Answer> PostAsync(HttpContext http, string conversation)
    {
        var authorized = await authorizer.ForConversationAsync(http, conversation);
        if (authorized.Refusal is not null)
        {
            return authorized.Refusal;
        }

        var limits = options.Value;
        var maxBytes = Math.Min(int.MaxValue / 2, ((long)limits.MaxFileBytes * limits.MaxFilesPerUpload) + node.Value.MaxActivityBytes + Overhead);
        var body = await RequestBody.ReadAsync(http, (int)maxBytes);
        if (body.Refusal is not null)
        {
            return body.Refusal;
        }

        var (upload, refusal) = await Upload.ReadAsync(http.Request, body.Bytes, node.Value.MaxActivityBytes, limits);
        if (upload is null)
        {
            return refusal!;
        }

        if (upload.Files.Count > 0 && !await files.HasRoomAsync(conversation, upload.Files.Count, http.RequestAborted))
        {
            return Refusals.TooLarge($"This conversation would hold more than {limits.MaxFilesPerConversation} files.");
        }

        var user = http.Request.Query["userId"].ToString();
        var activity = upload.Activity.IsEmpty ? """{"type":"message"}"""u8.ToArray() : upload.Activity;
        try
        {
            activity = FileAttachments.AddTo(activity, await SaveAsync(http, conversation, upload.Files));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Refusals.BadArgument($"The activity is not one: {exception.Message}");
        }

        return await poster.PostAsync(http, conversation, authorized.Caller!, new(activity)
        {
            DefaultUser = user.Length > 0 ? user : null,
            RepeatKey = upload.RepeatKey(),
        });
    }

    private async ValueTask<IReadOnlyList<(StoredFile File, string Url)>> SaveAsync(
        HttpContext http, string conversation, IReadOnlyList<StoredFile> sent)
    {
        if (sent.Count == 0)
        {
            return [];
        }

        var token = await tokens.IssueAsync(TokenKind.File, new(conversation, null), TokenService.FileLifetime, http.RequestAborted);
        var saved = new List<(StoredFile, string)>();
        foreach (var file in sent)
        {
            var id = FileStore.IdOf(file);
            await files.SaveAsync(conversation, id, file);
            saved.Add((file, $"{PublicUrl.Base(http)}/attachments/{conversation}/{id}?t={token}"));
        }

        return saved;
    }
}
