using System.Text.Json;

namespace Everturn.Conversations;

/// <summary>What a conversation keeps from turn to turn for one of its members.</summary>
public sealed class PrivateConversationState : BotState
{
    internal PrivateConversationState(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> stored, JsonSerializerOptions json)
        : base(stored, json)
    {
    }
}
