namespace Everturn.OpenAI.Recognizing;

/// <summary>Has a model that fails left alone for a while, so that users do not wait for it; then one text tries it.</summary>
internal sealed class ModelCircuit(TimeProvider time)
{
    public const int FailuresToBreak = 3;

    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private int _failures;
    private long _since;
    private string _reason = "";

    /// <summary>Why the model is left alone; null when it is not.</summary>
    public string? Trouble
    {
        get
        {
            lock (_lock) return _failures >= FailuresToBreak ? _reason : null;
        }
    }

    /// <summary>Whether a text may go to the model. Who is let through to try it has the next one wait as long again, whether he comes back or not.</summary>
    public bool LetsThrough()
    {
        lock (_lock)
        {
            if (_failures < FailuresToBreak) return true;
            if (time.GetElapsedTime(_since) < BreakDuration) return false;
            _since = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>The model failed.</summary>
    /// <returns>Whether it is left alone from now on.</returns>
    public bool Break(string reason)
    {
        lock (_lock)
        {
            _failures++;
            (_since, _reason) = (time.GetTimestamp(), reason);
            return _failures == FailuresToBreak;
        }
    }

    /// <summary>The model answered.</summary>
    /// <returns>Whether it was left alone.</returns>
    public bool Close()
    {
        lock (_lock)
        {
            var wasOpen = _failures >= FailuresToBreak;
            _failures = 0;
            return wasOpen;
        }
    }
}
