namespace Everturn.Cli.Verify.Stores;

/// <summary>What a <see cref="FaultyProxy"/> does with what passes through it.</summary>
internal enum ProxyMode
{
    /// <summary>Passes everything on.</summary>
    Pass,

    /// <summary>Breaks what is connected, and whoever connects.</summary>
    Cut,

    /// <summary>Keeps connections and passes nothing on, until the mode changes; then all of it.</summary>
    Stall,

    /// <summary>Passes everything on, late.</summary>
    Slow,

    /// <summary>Passes requests on and swallows the answers: what was asked for happens, and nobody hears of it. Connections that lost one break when the mode changes.</summary>
    LoseAnswers,
}
