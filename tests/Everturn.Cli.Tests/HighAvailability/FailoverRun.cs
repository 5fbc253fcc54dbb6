using System.Diagnostics;
using System.Globalization;
using System.Text;
using Everturn.Cli.Cluster;
using Everturn.Cli.Verify;

namespace Everturn.Cli.Tests.HighAvailability;

/// <summary>A crowd that orders while something is done to the regions, and the judgement of what became of it.</summary>
internal sealed class FailoverRun : IAsyncDisposable
{
    private const int Customers = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // Of a node, and a little more.
    private static readonly TimeSpan TurnDeadline = TimeSpan.FromSeconds(13);

    // A reply that was on its way when the fault struck is none that came afterwards.
    private static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(300);

    private readonly RegionsUnderTest _regions;
    private readonly ITestOutputHelper _output;
    private readonly Crowd _crowd;
    private readonly CancellationTokenSource _closing = new();
    private readonly List<InjectedFault> _faults = [];
    private readonly ReadinessLog[] _readiness;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Task _ordering;
    private bool _isJudged;

    public FailoverRun(RegionsUnderTest regions, ITestOutputHelper output)
    {
        (_regions, _output) = (regions, output);
        _crowd = new(regions.Gateway, Customers, seed: 1, Running);
        _readiness = [.. regions.Nodes.Snapshot().Select(node => new ReadinessLog(node.Name, node.Url!))];
        _ordering = _crowd.RunAsync(_closing.Token, CancellationToken.None);
    }

    /// <summary>Waits until some more messages have been posted than now, which takes replies: a customer has few messages open at a time.</summary>
    public async Task GoOnAsync(int messages = 120)
    {
        var target = _crowd.Posts + messages;
        var clock = Stopwatch.StartNew();
        while (_crowd.Posts < target)
        {
            Assert.True(clock.Elapsed < Patience, $"Only {_crowd.Posts} of {target} messages were posted within {Patience}.");
            await Task.Delay(Interval, CancellationToken.None);
        }
    }

    /// <summary>Waits until no customer posts any more, because all wait for replies: for longer than a node waits for a save.</summary>
    public async Task StandStillAsync()
    {
        var (posts, quiet) = (_crowd.Posts, Stopwatch.StartNew());
        var clock = Stopwatch.StartNew();
        while (quiet.Elapsed < TurnDeadline)
        {
            Assert.True(clock.Elapsed < Patience, $"Messages were still posted after {Patience}.");
            await Task.Delay(Interval, CancellationToken.None);
            if (_crowd.Posts != posts)
            {
                (posts, quiet) = (_crowd.Posts, Stopwatch.StartNew());
            }
        }
    }

    public bool AllAreReady => _readiness.All(log => log.IsReady);

    /// <summary>Notes a fault that is over now.</summary>
    public void Note(FaultKind kind, string target, DateTimeOffset at, string[] nodes) =>
        _faults.Add(new(kind, target, at, DateTimeOffset.UtcNow, nodes, TookEffect: true) { HeldStoreUp = true });

    public void Tell(string line) => _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:0.0} s  {line}"));

    /// <summary>Ends the load, reads everything back, and says how long each conversation waited.</summary>
    public async Task JudgeAsync()
    {
        await _closing.CancelAsync();
        await _ordering;
        await _crowd.BecomeQuietAsync(CancellationToken.None);
        var conversations = await _crowd.ReadBackAsync(CancellationToken.None);
        var run = new RecordedRun(
            conversations, _faults, [.. _faults.Select(fault => fault.Kind).Distinct()], LeastMessages: 200,
            [.. _regions.Nodes.Nodes.Select(node => node.Name)], _clock.Elapsed, new(Patience, Patience));
        foreach (var fault in _faults)
        {
            Tell($"{FaultKinds.Name(fault.Kind)} {fault.Target}: {Describe(fault, run)}");
        }

        var violations = RunJudge.Judge(run);
        Tell($"{conversations.Count} conversations, {conversations.Sum(conversation => conversation.Posts.Count)} messages, {violations.Count} violations");
        Assert.True(violations.Count == 0, string.Join('\n', violations));
        _isJudged = true;
    }

    /// <summary>Whether a node was unready after a fault and is ready again.</summary>
    public bool TurnedRedAndGreen(string node, DateTimeOffset since) => _readiness.Single(log => log.Node == node).Since(since) is not null;

    public async ValueTask DisposeAsync()
    {
        if (!_isJudged)
        {
            _output.WriteLine($"Logs: {_regions.KeepLogs()}");
        }

        await _closing.CancelAsync();
        await _ordering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _crowd.Dispose();
        foreach (var log in _readiness)
        {
            await log.DisposeAsync();
        }

        _closing.Dispose();
    }

    private string Describe(InjectedFault fault, RecordedRun run)
    {
        var gaps = Durations.Of(
            from conversation in run.Conversations
            where conversation.Posts.Count > 0 && conversation.Posts[0].Begun < fault.At
            let first = conversation.Live.FirstOrDefault(seen => !seen.IsEcho && seen.SeenAt > fault.At + UnderWay)
            where first is not null
            select first.SeenAt - fault.At);
        var text = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture,
            $"first reply afterwards in {gaps.Count} conversations, median {gaps.MedianSeconds:0.0} s, longest {gaps.MaxSeconds:0.0} s; readiness"));
        foreach (var log in _readiness)
        {
            text.Append(log.Since(fault.At) is { } change
                ? string.Create(CultureInfo.InvariantCulture, $" {log.Node} red {change.Red.TotalSeconds:0.0} green {change.Green.TotalSeconds:0.0};")
                : $" {log.Node} -;");
        }

        return text.ToString();
    }

    private Uri[] Running() =>
        [.. _regions.Nodes.Snapshot().Where(node => node is { State: NodeState.Ready, Url: not null }).Select(node => new Uri(node.Url!))];
}
