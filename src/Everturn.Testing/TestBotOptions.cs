namespace Everturn.Testing;

/// <summary>The world in which a bot is tested.</summary>
public sealed class TestBotOptions
{
    /// <summary>The channel's id, as the bot sees it. Default: <c>test</c>.</summary>
    public string ChannelId { get; set; } = "test";

    /// <summary>The locale of what users say. Default: <c>en-US</c>; null for none.</summary>
    public string? Locale { get; set; } = "en-US";

    /// <summary>The moment at which virtual time begins. Default: the first of January 2026, UTC.</summary>
    public DateTimeOffset Start { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What the bot's <see cref="Random"/> draws. Default: 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>How much virtual time may pass while something is expected of the bot. Default: 30 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How much real time may pass without anything happening, while the bot waits for something outside of virtual time or holds its
    /// thread. Default: 10 s.
    /// </summary>
    public TimeSpan RealPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the channel tells repetitions by our ids, as the embedded Direct Line does, so that a user sees each activity once. Default:
    /// true. False is every other channel: after a crash the last activities may come again.
    /// </summary>
    public bool TakesOurIds { get; set; } = true;

    /// <summary>Whether the channel vouches for its users, so that they have a user state. Default: true.</summary>
    public bool VouchesForUsers { get; set; } = true;

    /// <summary>Whether the store writes a conversation and its user's state as one, as all but Azure's do. Default: true.</summary>
    public bool HasTransactions { get; set; } = true;

    /// <summary>The program's configuration, for instance <c>["Everturn:MaxAttempts"] = "1"</c>. Default: empty.</summary>
    public IDictionary<string, string?> Configuration { get; } = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
}
