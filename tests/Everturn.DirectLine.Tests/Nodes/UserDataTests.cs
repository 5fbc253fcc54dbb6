using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Everturn.DirectLine.Tests.Running;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.DirectLine.Tests.Nodes;

/// <summary>Export and erasure of a user who talked over Direct Line: his words and his files are part of it.</summary>
public sealed class UserDataTests
{
    private readonly MemoryStore _store = new(new Random(1));

    [Fact]
    public async Task Conversation_of_one_user_leaves_neither_words_nor_files()
    {
        await using var node = await TestNode.StartAsync(_store);
        await using var other = await TestNode.StartAsync(_store, "local-2");
        var conversation = await node.ConverseAsync();
        await conversation.SayAsync(node.Http, "secret word");
        await UploadAsync(node, conversation, "dl_ada", "c2VjcmV0");
        await conversation.TextsAsync(node.Http, 5);
        var users = other.Services.GetRequiredService<IUserData>();

        var exported = await users.ExportAsync("dl_ada").ToListAsync();
        var report = await ErasedAsync(users, "dl_ada");

        Assert.Equal(["conversation", "transcript", "file"], exported.Select(document => document.Kind));
        Assert.Contains("secret word", Encoding.UTF8.GetString(exported[1].Json.Span), StringComparison.Ordinal);
        Assert.Equal(conversation.Id, Assert.Single(report.Ended).Id);
        var left = await AllAsync();
        Assert.DoesNotContain("secret word", left, StringComparison.Ordinal);
        Assert.DoesNotContain("dl_ada", left, StringComparison.Ordinal);
        Assert.Empty(await _store.ListKeysAsync("test-bot/directline/file/", null, 10, default));
        Assert.Empty(await users.ExportAsync("dl_ada").ToListAsync());
        Assert.True((await users.EraseAsync("dl_ada")).FoundNothing);
    }

    [Fact]
    public async Task Shared_conversation_keeps_the_words_and_files_of_the_others()
    {
        await using var node = await TestNode.StartAsync(_store);
        var conversation = await node.ConverseAsync(user: null);
        await SayAsync(node, conversation, "ada", "word of ada");
        await SayAsync(node, conversation, "grace", "word of grace");
        await UploadAsync(node, conversation, "ada", "YWRh");
        await UploadAsync(node, conversation, "grace", "Z3JhY2U=");
        await conversation.TextsAsync(node.Http, 10);
        var users = node.Services.GetRequiredService<IUserData>();
        var exported = await users.ExportAsync("ada").ToListAsync();

        var report = await ErasedAsync(users, "ada");

        Assert.Equal(["conversation", "transcript", "file"], exported.Select(document => document.Kind));
        Assert.DoesNotContain("word of grace", Encoding.UTF8.GetString(exported[1].Json.Span), StringComparison.Ordinal);
        Assert.Equal(conversation.Id, Assert.Single(report.Cleaned).Id);
        var (activities, _) = await conversation.GetAsync(node.Http);
        Assert.DoesNotContain(activities, activity => activity.GetProperty("from").GetProperty("id").GetString() == "ada");
        Assert.Contains(activities, activity => TestConversation.Text(activity) == "word of grace");
        Assert.Single(await _store.ListKeysAsync("test-bot/directline/file/", null, 10, default));
        await SayAsync(node, conversation, "grace", "and on");
        await Patience.UntilAsync(async () => (await conversation.GetAsync(node.Http)).Activities.Any(activity => TestConversation.Text(activity).EndsWith(": and on", StringComparison.Ordinal)), "the bot's answer");
    }

    [Fact]
    public async Task All_files_are_exported_and_addresses_that_a_client_made_up_hold_nothing_up()
    {
        await using var node = await TestNode.StartAsync(_store);
        var conversation = await node.ConverseAsync(user: null);
        for (var i = 0; i < 17; i++)
        {
            await UploadAsync(node, conversation, "ada", $"file {i}");
        }

        foreach (var id in (string[])["", "../x", new string('a', 2000), new string('a', 22)])
        {
            await conversation.PostAsync(node.Http, $$$"""{"type":"message","from":{"id":"ada"},"text":"silence","attachments":[{"contentType":"a/b","contentUrl":"http://x/attachments/{{{conversation.Id}}}/{{{id}}}"}]}""");
        }

        await SayAsync(node, conversation, "grace", "silence");
        var users = node.Services.GetRequiredService<IUserData>();

        Assert.Equal(17, await users.ExportAsync("ada").CountAsync(document => document.Kind == "file"));
        Assert.Single((await ErasedAsync(users, "ada")).Cleaned);
        Assert.Empty(await _store.ListKeysAsync("test-bot/directline/file/", null, 10, default));
    }

    [Fact]
    public async Task Bot_that_queues_answers_the_post_with_its_id_and_shows_the_echo_before_its_turn()
    {
        var diary = new BotDiary();
        await using var node = await TestNode.StartAsync(_store, services: services => services
            .AddSingleton(diary)
            .Configure<EverturnOptions>(options => options.Queued = true));
        var conversation = await node.ConverseAsync();

        // The turn of "type" does not end before it may.
        var id = await conversation.SayAsync(node.Http, "type");

        await Patience.UntilAsync(async () => (await conversation.GetAsync(node.Http)).Activities.Any(activity => activity.GetProperty("id").GetString() == id), "the echo");
        diary.MayGoOn.SetResult();
        await conversation.SayAsync(node.Http, "after");
        await Patience.UntilAsync(async () => (await conversation.GetAsync(node.Http)).Activities.Any(activity => TestConversation.Text(activity) == "1: after"), "the answer to what came after");
    }

    private static Task<UserErasure> ErasedAsync(IUserData users, string user) => Task.Run(async () =>
    {
        UserErasure? report = null;
        await Patience.UntilAsync(
            async () =>
            {
                report = await users.EraseAsync(user);
                return report.IsComplete;
            },
            "an erasure with nothing left");
        return report!;
    });

    private static async Task SayAsync(TestNode node, TestConversation conversation, string user, string text) =>
        await conversation.PostAsync(node.Http, $$"""{"type":"message","from":{"id":"{{user}}"},"text":"{{text}}"}""");

    private static async Task UploadAsync(TestNode node, TestConversation conversation, string user, string content)
    {
        using var body = new StringContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        body.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = "a.png" };
        using var request = node.Request(HttpMethod.Post, $"/conversations/{conversation.Id}/upload?userId={user}", conversation.Token, body);
        using var response = await node.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<string> AllAsync()
    {
        var all = new StringBuilder();
        foreach (var key in await _store.ListKeysAsync("", null, 1000, default))
        {
            all.Append(Encoding.UTF8.GetString((await _store.LoadAsync(key, default))!.Content.Span)).Append('\n');
        }

        return all.ToString();
    }
}
