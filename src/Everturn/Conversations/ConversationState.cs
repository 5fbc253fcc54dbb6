using System.Text.Json;

namespace Everturn.Conversations;

/// <summary>What a conversation keeps from turn to turn, for all its members.</summary>
public sealed class ConversationState : BotState
{
    internal ConversationState(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> stored, JsonSerializerOptions json)
        : base(stored, json)
    {
    }
}
