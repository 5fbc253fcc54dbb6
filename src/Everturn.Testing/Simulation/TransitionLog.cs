using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Everturn.Testing.Simulation;

/// <summary>Counts what the engine of one node says of itself: the transitions of the coverage table.</summary>
/// <param name="history">Where they are counted.</param>
/// <param name="isPaused">Whether a node stands still just now.</param>
internal sealed class TransitionLog(History history, Func<string, bool> isPaused) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
        foreach (var transition in Transitions(eventId.Name ?? "", name => values.FirstOrDefault(value => value.Key == name).Value))
        {
            history.Count(transition);
        }
    }

    private IEnumerable<string> Transitions(string happening, Func<string, object?> value)
    {
        switch (happening)
        {
            case "StoreFailed":
                yield return "store call failed";
                break;
            case "StoreLeftAlone":
                yield return "store left alone by the circuit";
                break;
            case "RunsAgain":
                yield return $"turn refused: {value("Refusal")}";
                break;
            case "DuplicateAnswered":
                yield return "duplicate answered as recorded";
                break;
            case "GivenUp":
                yield return Text("Reason").Split(':')[0] switch
                {
                    "ET1008" => "given up at the deadline",
                    "ET1009" => "inbox full",
                    "ET1010" => "outbox full",
                    "ET1020" => "queue full",
                    "ET1022" => "too many timers",
                    _ => "mailbox full",
                };
                break;
            case "TakenOver":
                var owner = Text("Owner");
                yield return owner == "nobody" ? "taken over from nobody" : "taken over from a silent or dead node";
                if (value("Queued") is > 0)
                {
                    yield return "taken over with a queue";
                }

                if (isPaused(owner.Split('#')[0]))
                {
                    yield return "taken over under a pause";
                }

                break;
            case "LeaseRefused":
                yield return "takeover refused";
                break;
            case "LeaseLost":
                yield return "term refused";
                break;
            case "RowDelayed":
                yield return "delivery delayed by the channel";
                break;
            case "RowAmbiguous":
                yield return "delivery ambiguous";
                break;
            case "ChangeDropped":
                yield return "change of a held reply dropped";
                break;
            case "ChangedUnconfirmed":
                yield return "change of an unconfirmed activity";
                break;
            case "AttemptBegins":
                yield return value("Attempt") is > 1 ? "queued turn attempted again" : "queued turn attempted";
                break;
            case "QueuedTurnCommitted":
                yield return "queued turn committed";
                break;
            case "Buried":
                yield return Text("Reason").StartsWith("Attempt", StringComparison.Ordinal) || Text("Reason").StartsWith("Its node", StringComparison.Ordinal)
                    ? "activity went to dead letters"
                    : "reply held for a person";
                break;
            case "StepRemembered":
                yield return "step not called again";
                break;
            case "StepAdopted":
                yield return "journal race";
                break;
            case "TimersFired":
                yield return "timer fired";
                break;
            case "Expired":
                yield return "conversation expired";
                break;
            case "Forgotten":
                yield return "tombstone deleted";
                break;
            case "BatchCommitted" when value("Turns") is > 1:
                yield return "several turns in one commit";
                break;
        }

        if (happening == "BatchCommitted" && value("Turns") is > 0 && value("Failed") is > 0)
        {
            yield return "batch with a failing turn";
        }

        string Text(string name) => Convert.ToString(value(name), CultureInfo.InvariantCulture) ?? "";
    }
}
