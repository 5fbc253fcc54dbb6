using System.Globalization;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Testing.Bots;

/// <summary>What differs between two runs of one turn, in words.</summary>
internal static class RerunDifference
{
    private const string Nothing = "nothing";

    public static IEnumerable<string> Between(TwoRuns runs) => runs.DifferingSteps()
        .Select(step => Compare(string.Create(CultureInfo.InvariantCulture, $"step {step.Number}"), step.First ?? "", step.Second ?? ""));

    public static IEnumerable<string> Between(BotRun first, BotRun second, UserStates firstUsers, UserStates secondUsers) => (first, second) switch
    {
        (BotRun.Ran(var effect, var state), BotRun.Ran(var effectAgain, var stateAgain)) =>
            Between(effect, effectAgain)
                .Concat(States("state", state, stateAgain))
                .Concat(firstUsers.Now.SelectMany(user => States("user state", user.State, StateOf(secondUsers, user.StoreKey)))),
        (BotRun.Threw(var exception), BotRun.Threw(var again)) when exception.GetType() == again.GetType() && exception.Message == again.Message => [],
        _ => [Compare("outcome", Words(first), Words(second))],
    };

    private static IEnumerable<string> Between(TurnEffect first, TurnEffect second)
    {
        var (replies, repliesAgain) = (first.Rows.Where(row => row.User is null).ToArray(), second.Rows.Where(row => row.User is null).ToArray());
        for (var at = 0; at < Math.Max(replies.Length, repliesAgain.Length); at++)
        {
            var (reply, replyAgain) = (replies.ElementAtOrDefault(at), repliesAgain.ElementAtOrDefault(at));
            if (reply is null || replyAgain is null)
            {
                yield return Compare($"reply {at + 1}", Words(reply), Words(replyAgain));
            }
            else if (JsonDifference.Between($"reply {at + 1}", reply.Activity, replyAgain.Activity) is { } difference)
            {
                yield return difference;
            }
        }

        for (var at = 0; at < Math.Max(first.Timers.Length, second.Timers.Length); at++)
        {
            var (timer, timerAgain) = (first.Timers.ElementAtOrDefault(at), second.Timers.ElementAtOrDefault(at));
            if (JsonDifference.Between($"timer {at + 1}", Undated(timer), Undated(timerAgain)) is { } difference)
            {
                yield return difference;
            }
            else if (timer is not null && timerAgain is not null && !TwoRuns.AreAlike(timer.Due, timerAgain.Due))
            {
                yield return Compare($"timer {at + 1}, due", $"{timer.Due:O}", $"{timerAgain.Due:O}");
            }
        }

        if (!first.Cancelled.SequenceEqual(second.Cancelled))
        {
            yield return Compare("cancelled timers", string.Join(' ', first.Cancelled), string.Join(' ', second.Cancelled));
        }

        if (first.Answer?.Status != second.Answer?.Status)
        {
            yield return Compare("answer's status", $"{first.Answer?.Status}", $"{second.Answer?.Status}");
        }
        else if (JsonDifference.Between("answer", first.Answer?.Body, second.Answer?.Body) is { } difference)
        {
            yield return difference;
        }
    }

    private static IEnumerable<string> States(string what, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> first, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> second) =>
        first.Keys.Union(second.Keys, StringComparer.Ordinal)
            .Select(name => JsonDifference.Between(
                $"{what} \"{name}\"",
                first.TryGetValue(name, out var value) ? value : null,
                second.TryGetValue(name, out var again) ? again : null))
            .OfType<string>();

    private static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> StateOf(UserStates users, string storeKey) =>
        users.Now.Where(user => user.StoreKey == storeKey).Select(user => user.State).FirstOrDefault()
        ?? new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

    // What it says of its time follows from when it is due.
    private static ReadOnlyMemory<byte>? Undated(ConversationTimer? timer)
    {
        if (timer is null)
        {
            return null;
        }

        var activity = ActivityJson.Read(timer.Activity.Span);
        activity.Timestamp = null;
        return ActivityJson.Write(activity);
    }

    private static string Words(OutboxRow? reply) => reply is null ? "" : Story.Of(ActivityJson.Read(reply.Activity.Span));

    private static string Words(BotRun run) => run switch
    {
        BotRun.Threw(var exception) => $"{exception.GetType().Name}: {exception.Message}",
        BotRun.Ran => "done",
        _ => "given up",
    };

    private static string Compare(string what, string first, string second) =>
        $"{what}: {(first.Length > 0 ? first : Nothing)} in the first run, {(second.Length > 0 ? second : Nothing)} in the second";
}
