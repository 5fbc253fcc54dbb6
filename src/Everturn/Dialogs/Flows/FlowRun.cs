using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Everturn.Turns;

namespace Everturn.Dialogs.Flows;

/// <summary>One run of a flow's method in a turn: over what is recorded in silence, then on from there.</summary>
/// <remarks>
/// A method that waits for the user is left at an await that never completes, so that no exception passes through the bot's
/// code; what nobody refers to any more is collected. For the same reason the flow's own errors end the run past the method.
/// </remarks>
internal sealed class FlowRun(string flow, FlowOptions options, FlowRecord record, DialogContext dc, FlowMode mode, FlowBudget budget, CancellationToken cancellationToken)
{
    private readonly DialogInstance _own = dc.ActiveDialog!;
    private readonly TaskCompletionSource<FlowEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, int> _versions = new(StringComparer.Ordinal);
    private int _position;
    private bool _hasResumed;
    private bool _isBusy;
    private volatile bool _isOver;

    public DialogContext Dc { get; } = dc;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public string? DefaultLocale => options.DefaultLocale;

    public JsonElement? Input => record.Input;

    /// <summary>Whether what happens now has happened in an earlier turn.</summary>
    public bool IsReplaying => _position < record.History.Count || (record.Waiting is not null && !_hasResumed);

    /// <summary>How this flow's code, not that of one it calls, differs from the record; null while it does not.</summary>
    public FlowChangedException? Difference { get; private set; }

    /// <summary>Whether the flow has been taken off its stack while it ran.</summary>
    public bool IsGone => !Dc.Stack.Contains(_own);

    /// <summary>Runs the method until it waits or ends.</summary>
    public async Task<FlowEnd> RunAsync(Func<Task<object?>> method)
    {
        _ = DriveAsync(method);
        return await _end.Task;
    }

    /// <summary>Performs an operation, or gives its recorded result.</summary>
    public Task<T?> PerformAsync<T>(FlowOperation<T> operation)
    {
        if (_isOver)
        {
            return Never<T?>();
        }

        if (_isBusy)
        {
            return Fail<T?>(new InvalidOperationException(
                $"ET1115: the flow '{flow}' began {operation} while another operation was under way. Await one before the next."));
        }

        if (_position < record.History.Count)
        {
            var entry = record.History[_position];
            return entry.Op == operation.Kind && entry.Key == operation.Key
                ? Replay<T>(entry)
                : Fail<T?>(Changed(entry.ToString(), operation.ToString()));
        }

        if (record.Waiting is { } waiting && !_hasResumed)
        {
            if (waiting.Op != operation.Kind || waiting.Key != operation.Key)
            {
                return Fail<T?>(Changed(waiting.ToString(), operation.ToString()));
            }

            _hasResumed = true;
            return LiveAsync(operation, waiting);
        }

        if (record.History.Count >= options.MaxHistory)
        {
            return Fail<T?>(new InvalidOperationException(
                $"ET1111: the flow '{flow}' has recorded {options.MaxHistory} results. Begin it anew now and then with ContinueAsNewAsync, put parts of it into flows of their own, or raise MaxHistory."));
        }

        return Spend() is { } exhausted ? Fail<T?>(exhausted) : LiveAsync(operation, null);
    }

    /// <summary>Does something that leaves no result, unless it has been done in an earlier turn.</summary>
    public Task DoAsync(Func<ValueTask> action)
    {
        if (_isOver || IsReplaying)
        {
            return _isOver ? Never<bool>() : Task.CompletedTask;
        }

        return Spend() is { } exhausted ? Fail<bool>(exhausted) : action().AsTask();
    }

    /// <summary>Which version of a part of the code this conversation goes on with.</summary>
    public Task<int> VersionAsync(string name, int oldest, int newest)
    {
        if (_isOver)
        {
            return Never<int>();
        }

        if (!IsReplaying && Spend() is { } exhausted)
        {
            return Fail<int>(exhausted);
        }

        if (!_versions.TryGetValue(name, out var version))
        {
            version = record.Versions?.TryGetValue(name, out var recorded) is true ? recorded : IsReplaying ? oldest : newest;
            _versions[name] = version;
            if (!IsReplaying)
            {
                (record.Versions ??= new(StringComparer.Ordinal))[name] = version;
            }
        }

        return version >= oldest && version <= newest
            ? Task.FromResult(version)
            : Fail<int>(Changed($"version {version} of '{name}'", $"versions {oldest} to {newest}"));
    }

    /// <summary>Ends the run, past the method.</summary>
    public Task EndAsync(FlowEnd end, string words)
    {
        if (_isOver)
        {
            return Never<bool>();
        }

        if (Spend() is { } exhausted)
        {
            return Fail<bool>(exhausted);
        }

        Conclude(end, words);
        return Never<bool>();
    }

    /// <summary>The step's name within the turn, without regard to how often it is taken there.</summary>
    /// <param name="name">Its name in the flow.</param>
    /// <param name="kind">Keeps the names of different kinds apart.</param>
    public string StepOf(string name, string kind = "flow")
    {
        var path = new StringBuilder();
        for (var at = Dc; at is not null; at = at.Parent)
        {
            path.Append(at.ActiveDialog?.Id).Append('\n');
        }

        return $"{kind}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path.ToString())).AsSpan(0, 4))}:{name}";
    }

    public FlowChangedException Changed(string recorded, string now) => Difference = new(flow, _position, recorded, now);

    // A task that is never completed: who awaits it is garbage once the run has ended.
    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;

    private async Task DriveAsync(Func<Task<object?>> method)
    {
        try
        {
            var result = await method();
            if (!_isOver)
            {
                Conclude(new FlowEnd.Completed(result), "the end of the flow");
            }
        }
        catch (FlowTimeoutException) when (!_isOver)
        {
            // Failing would leave the question open: its timer does not come again.
            Conclude(new FlowEnd.Cancelled(), "the end of the flow by a timeout");
        }
        catch (FlowCancelledException) when (!_isOver)
        {
            Conclude(new FlowEnd.Cancelled(), "cancel");
        }
        catch (Exception exception)
        {
            if (!_isOver)
            {
                _ = Fail<bool>(exception);
            }
        }
    }

    private void Conclude(FlowEnd end, string words)
    {
        if (IsReplaying)
        {
            var recorded = _position < record.History.Count ? record.History[_position].ToString() : record.Waiting!.ToString();
            _ = Fail<bool>(Changed(recorded, words));
            return;
        }

        _isOver = true;
        _end.TrySetResult(end);
    }

    private Task<T> Fail<T>(Exception exception)
    {
        _isOver = true;
        _end.TrySetException(exception);
        return Never<T>();
    }

    private InvalidOperationException? Spend() => budget.TrySpend() ? null : new(
        $"ET1112: the flow '{flow}' has performed {options.MaxOperationsPerTurn} operations in one turn without asking anything. Look for a loop that never ends, or raise MaxOperationsPerTurn.");

    private Task<T?> Replay<T>(FlowEntry entry)
    {
        Exception? thrown = entry switch
        {
            { IsTimeout: true } => new FlowTimeoutException(entry.Key),
            { IsCancelled: true } => new FlowCancelledException(entry.Key),
            { Failed: { } reason } => new FlowStepException(entry.Key, reason),
            _ => null,
        };
        if (thrown is not null)
        {
            _position++;
            return Task.FromException<T?>(thrown);
        }

        try
        {
            var value = entry.Value is { } json ? DialogJson.To<T>(json) : default;
            _position++;
            return Task.FromResult(value);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            return Fail<T?>(Changed($"{entry} with the result {entry.Value}", $"a {typeof(T).Name}"));
        }
    }

    private async Task<T?> LiveAsync<T>(FlowOperation<T> operation, FlowWaiting? waiting)
    {
        FlowOutcome<T> outcome;
        _isBusy = true;
        try
        {
            outcome = await GoAsync(operation, waiting);
        }
        catch (Exception exception)
        {
            // Not into the method: one that caught it would go on with nothing recorded.
            return await Fail<T?>(exception);
        }
        finally
        {
            _isBusy = false;
        }

        var entry = new FlowEntry { Op = operation.Kind, Key = operation.Key };
        switch (outcome)
        {
            case FlowOutcome<T>.Waits(var now):
                record.Waiting = now;
                _isOver = true;
                _end.TrySetResult(new FlowEnd.Suspended());
                return await Never<T?>();
            case FlowOutcome<T>.Gone:
                _isOver = true;
                _end.TrySetResult(new FlowEnd.Gone());
                return await Never<T?>();
            case FlowOutcome<T>.TimedOut:
                entry.IsTimeout = true;
                Add(entry);
                throw new FlowTimeoutException(entry.Key);
            case FlowOutcome<T>.Cancelled:
                entry.IsCancelled = true;
                Add(entry);
                throw new FlowCancelledException(entry.Key);
            case FlowOutcome<T>.Failed(var exception):
                entry.Failed = $"{exception.GetType().Name}: {exception.Message}";
                Add(entry);
                throw new FlowStepException(entry.Key, entry.Failed, exception);
            default:
                // By way of JSON, as in every replay.
                try
                {
                    var json = JsonSerializer.SerializeToElement(((FlowOutcome<T>.Done)outcome).Value, JsonSerializerOptions.Web);
                    var value = DialogJson.To<T>(json);
                    entry.Value = json.ValueKind is JsonValueKind.Null ? null : json;
                    Add(entry);
                    return value;
                }
                catch (Exception exception) when (exception is JsonException or NotSupportedException)
                {
                    return await Fail<T?>(StepResult.NotKept<T>(entry.Key, exception));
                }

        }
    }

    private async Task<FlowOutcome<T>> GoAsync<T>(FlowOperation<T> operation, FlowWaiting? waiting)
    {
        if (waiting is null)
        {
            return await operation.BeginAsync(this);
        }

        if (mode is FlowMode.Continue)
        {
            return await operation.ContinueAsync(this, waiting);
        }

        await operation.RepromptAsync(this, waiting);
        return new FlowOutcome<T>.Waits(waiting);
    }

    private void Add(FlowEntry entry)
    {
        record.Waiting = null;
        record.History.Add(entry);
        _position++;
    }
}
