using System.Runtime.InteropServices;

namespace Everturn.Cli.Cluster;

/// <summary>Turns Ctrl-C, SIGTERM and a closed terminal into a wish to stop; a second one into haste.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _asked;
    private readonly CancellationTokenSource _hurry = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals(CancellationToken alsoStop)
    {
        _asked = CancellationTokenSource.CreateLinkedTokenSource(alsoStop);
        PosixSignal[] signals = OperatingSystem.IsWindows()
            ? [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]
            : [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
        _registrations = Array.ConvertAll(signals, signal => PosixSignalRegistration.Create(signal, Handle));
    }

    /// <summary>Stop, gracefully.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <summary>Stop at once.</summary>
    public CancellationToken Hurry => _hurry.Token;

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _asked.Dispose();
        _hurry.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        (_asked.IsCancellationRequested ? _hurry : _asked).Cancel();
    }
}
