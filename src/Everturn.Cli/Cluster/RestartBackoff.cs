namespace Everturn.Cli.Cluster;

/// <summary>How long to wait before a node that crashed by itself is started again.</summary>
internal sealed class RestartBackoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    /// <summary>The wait after a run of this length: doubled each time, from the start again after a run that lasted.</summary>
    public TimeSpan After(TimeSpan run)
    {
        var wait = run >= Healthy ? First : _next;
        _next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }
}
