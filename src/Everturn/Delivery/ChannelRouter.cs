using System.Text.Json;
using Everturn.Conversations;
using Everturn.Users;

namespace Everturn.Delivery;

/// <summary>Finds the channel that a committed activity leaves through.</summary>
internal sealed class ChannelRouter(IEnumerable<IChannel> channels)
{
    private readonly IChannel[] _channels = [.. channels];

    /// <summary>The channel for an activity as JSON; null when no channel of this node serves it.</summary>
    public IChannel? For(ReadOnlyMemory<byte> activity)
    {
        var (channelId, serviceUrl) = Address(activity.Span);
        return For(channelId, serviceUrl);
    }

    public IChannel? For(string channelId, string serviceUrl) =>
        Array.Find(_channels, channel => channel.Serves(channelId, serviceUrl));

    /// <summary>Deletes what channels keep of a conversation that has ended.</summary>
    public async Task EraseAsync(ConversationKey conversation, CancellationToken cancellationToken)
    {
        foreach (var channel in _channels)
        {
            await channel.EraseAsync(conversation, cancellationToken);
        }
    }

    /// <summary>Deletes what channels keep of one member of a conversation.</summary>
    public async Task EraseMemberAsync(ConversationKey conversation, string member, CancellationToken cancellationToken)
    {
        foreach (var channel in _channels)
        {
            await channel.EraseMemberAsync(conversation, member, cancellationToken);
        }
    }

    /// <summary>What channels keep of a conversation, or of one member.</summary>
    public IAsyncEnumerable<UserDocument> ExportAsync(ConversationKey conversation, string? member, CancellationToken cancellationToken) =>
        _channels.ToAsyncEnumerable().SelectMany(channel => channel.ExportAsync(conversation, member, cancellationToken));

    /// <summary>Deletes the rest.</summary>
    public async Task ForgetAsync(ConversationKey conversation, CancellationToken cancellationToken)
    {
        foreach (var channel in _channels)
        {
            await channel.EraseAsync(conversation, cancellationToken);
            await channel.ForgetAsync(conversation, cancellationToken);
        }
    }

    private static (string ChannelId, string ServiceUrl) Address(ReadOnlySpan<byte> activity)
    {
        string channelId = "", serviceUrl = "";
        var reader = new Utf8JsonReader(activity, new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isChannel = reader.ValueTextEquals("channelId"u8);
            var isService = reader.ValueTextEquals("serviceUrl"u8);
            reader.Read();
            if (isChannel)
            {
                channelId = reader.GetString() ?? "";
            }
            else if (isService)
            {
                serviceUrl = reader.GetString() ?? "";
            }
            else
            {
                reader.Skip();
            }
        }

        return (channelId, serviceUrl);
    }
}
