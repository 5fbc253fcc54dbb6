using Everturn.Activities;

namespace Everturn.Cli.Chat;

/// <summary>Who asks for a token.</summary>
internal sealed record TokenRequest(ChatUser User);

/// <summary>The person at the keyboard, as the bot sees them.</summary>
internal sealed record ChatUser(string Id, string Name);

/// <summary>The answer of tokens/generate, tokens/refresh, and of starting or rejoining a conversation.</summary>
internal sealed record TokenAnswer(string? ConversationId, string? Token, string? StreamUrl);

/// <summary>A message of the user.</summary>
internal sealed record OutgoingMessage(string Type, string Text, ChatUser From);

/// <summary>The id that an activity was given.</summary>
internal sealed record ResourceAnswer(string? Id);

/// <summary>A frame of the stream.</summary>
internal sealed record ActivitySet(IReadOnlyList<Activity>? Activities, string? Watermark);
