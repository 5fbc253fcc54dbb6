using System.Net;
using System.Text;
using Everturn.AspNetCore.Protection;
using Everturn.AspNetCore.Tests.Inbound;
using Everturn.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.AspNetCore.Tests.Protection;

public sealed class ProtectionTests
{
    private const string Key = "bot/test/conversation/c";
    private const string Secret = """{"state":"secret"}""";

    private readonly MemoryStore _store = new(new Random(1));
    private readonly EphemeralDataProtectionProvider _keys = new();

    private IStore Protected => _store.ProtectedBy(new DataProtectionRecords(_keys));

    [Fact]
    public async Task Stored_bytes_are_json_and_do_not_show_the_document()
    {
        await Protected.SaveAsync(Key, Encoding.UTF8.GetBytes(Secret), expected: null, due: null);

        var stored = Text(await _store.LoadAsync(Key, default));
        Assert.StartsWith("{\"protected\":\"", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", stored, StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(stored);
        Assert.Equal(Secret, Text(await Protected.LoadAsync(Key, default)));
    }

    [Fact]
    public async Task Document_from_before_is_read_as_it_is_and_encrypted_when_written()
    {
        await _store.SaveAsync(Key, Encoding.UTF8.GetBytes(Secret), expected: null, due: null);

        var found = await Protected.LoadAsync(Key, default);
        Assert.Equal(Secret, Text(found));
        await Protected.SaveAsync(Key, found!.Content, found.ETag, due: null);

        Assert.DoesNotContain("secret", Text(await _store.LoadAsync(Key, default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_moved_to_another_key_is_not_read()
    {
        await Protected.SaveAsync(Key, Encoding.UTF8.GetBytes(Secret), expected: null, due: null);
        await _store.SaveAsync(Key + "2", (await _store.LoadAsync(Key, default))!.Content, expected: null, due: null);

        var exception = await Assert.ThrowsAnyAsync<Exception>(async () => await Protected.LoadAsync(Key + "2", default));

        Assert.StartsWith("ET1032", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"protected\":\"\"}")]
    [InlineData("{\"protected\":\"***\"}")]
    [InlineData("{\"protected\":\"AAAA\"}")]
    public async Task Document_that_only_looks_encrypted_gives_a_clear_error(string content)
    {
        await _store.SaveAsync(Key, Encoding.UTF8.GetBytes(content), expected: null, due: null);

        var exception = await Assert.ThrowsAnyAsync<Exception>(async () => await Protected.LoadAsync(Key, default));

        Assert.StartsWith("ET1032", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_with_another_key_ring_refuses_at_once_and_leaves_the_store_open()
    {
        await using (var node = await StartAsync(_keys))
        {
            using var answer = await node.PostAsync(BotEndpointTests.Message("http://localhost:1", "hi"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await using var other = await StartAsync(new EphemeralDataProtectionProvider());
        // More often than the circuit forgives a store.
        for (var i = 0; i < 12; i++)
        {
            using var refused = await other.PostAsync(BotEndpointTests.Message("http://localhost:1", "hi"));
            await Errors.AssertAsync(refused, HttpStatusCode.ServiceUnavailable, "ET1032");
        }
    }

    [Fact]
    public async Task Node_without_a_key_ring_does_not_take_an_encrypted_record_for_an_empty_one()
    {
        await using (var node = await StartAsync(_keys))
        {
            using var answer = await node.PostAsync(BotEndpointTests.Message("http://localhost:1", "hi"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await using var other = await StartAsync(keys: null);
        using var refused = await other.PostAsync(BotEndpointTests.Message("http://localhost:1", "hi"));

        await Errors.AssertAsync(refused, HttpStatusCode.ServiceUnavailable, "ET1033");
    }

    private Task<TestNode> StartAsync(IDataProtectionProvider? keys) => TestNode.StartAsync(
        services =>
        {
            var builder = services.AddEverturn().AddStore("shared", (_, _) => _store);
            if (keys is not null)
            {
                services.AddSingleton(keys);
                builder.ProtectRecords();
            }
        },
        settings: [("Bot", "bot"), ("Store", "shared")]);

    private static string Text(StoredDocument? document) => Encoding.UTF8.GetString(document!.Content.Span);
}
