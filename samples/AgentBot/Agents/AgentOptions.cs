using System.ComponentModel.DataAnnotations;

namespace AgentBot.Agents;

/// <summary>Of the configuration section <c>Agent</c>, what is not the endpoint's. Without an endpoint the scripted stand-in answers.</summary>
internal sealed class AgentOptions
{
    /// <summary>How often the model is asked in a turn, at most. Default 8; range 1 to 8.</summary>
    [Range(1, 8)]
    public int MaxRounds { get; set; } = 8;

    /// <summary>How many exchanges of a conversation are kept. Default 20; range 1 to 200.</summary>
    [Range(1, 200)]
    public int HistoryExchanges { get; set; } = 20;

    /// <summary>How large they may be together, in bytes of JSON. Default 64 KiB; range 4 KiB to 256 KiB.</summary>
    [Range(4096, 262_144)]
    public int HistoryBytes { get; set; } = 65_536;

    /// <summary>The pause before a tool is called again. Default 1 s; range 0 to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ToolRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the stand-in thinks before each answer. Default 300 ms; range 0 to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ThinkTime { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The stand-in's pause before each word. Default 40 ms; range 0 to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan WordDelay { get; set; } = TimeSpan.FromMilliseconds(40);
}
