using System.Text.Json;
using Everturn.Conversations;

namespace Everturn.Users;

/// <summary>What is kept of a user across all conversations on one channel.</summary>
public sealed class UserState : BotState
{
    internal UserState(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> stored, JsonSerializerOptions json)
        : base(stored, json)
    {
    }
}
