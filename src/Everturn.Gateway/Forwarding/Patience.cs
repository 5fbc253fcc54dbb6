namespace Everturn.Gateway.Forwarding;

/// <summary>How long a request may still wait for a node.</summary>
internal sealed class Patience(TimeSpan length, TimeProvider time)
{
    private long _since = time.GetTimestamp();

    public TimeSpan Left => length - time.GetElapsedTime(_since) is { } left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    public bool IsOver => Left == TimeSpan.Zero;

    public void Renew() => _since = time.GetTimestamp();
}
