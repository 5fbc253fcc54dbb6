using Everturn.Testing.Simulation;

namespace Everturn.Cli.Verify;

/// <summary>Judges one conversation with the pizza bot, each of whose replies states the whole order and so the order of all commits.</summary>
internal sealed class ConversationJudge(RecordedConversation conversation)
{
    private const string Start = "pizza with ";
    private const string Separator = " and ";

    private readonly List<Violation> _violations = [];

    public IReadOnlyList<Violation> Judge()
    {
        foreach (var post in conversation.Posts.Where(post => post.Failure is not null))
        {
            Found("quiescence", $"'{post.Text}' was given up after {post.Attempts} attempts: {post.Failure}");
        }

        if (conversation.Transcript is not { } transcript)
        {
            Found("quiescence", "the transcript could not be read");
            return _violations;
        }

        foreach (var doubled in transcript.GroupBy(activity => activity.Id, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            Found("I4", $"activity {doubled.Key} is shown {doubled.Count()} times");
        }

        CheckPosts(transcript);
        CheckReplies(transcript);
        CheckLive(transcript);
        return _violations;
    }

    private void CheckPosts(IReadOnlyList<RecordedActivity> transcript)
    {
        var echoes = transcript.Where(activity => activity.IsEcho).ToLookup(activity => activity.Text, StringComparer.Ordinal);
        foreach (var post in conversation.Posts)
        {
            var shown = echoes[post.Text].ToArray();
            if (post.IsAccepted && shown.Length == 0)
            {
                Found("I1", $"'{post.Text}' was accepted as {post.Ids[0]} and is not shown");
            }

            if (shown.Length > 1)
            {
                Found("I1", $"'{post.Text}' was posted {post.Attempts} times under one id and is shown {shown.Length} times: {string.Join(", ", shown.Select(echo => echo.Id))}");
            }

            foreach (var id in post.Ids.Distinct(StringComparer.Ordinal).Where(id => shown.Length > 0 && shown.All(echo => echo.Id != id)))
            {
                Found("I1", $"'{post.Text}' was accepted as {id} and is shown as {shown[0].Id}");
            }
        }

        var posted = conversation.Posts.Select(post => post.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var echo in transcript.Where(activity => activity.IsEcho && !posted.Contains(activity.Text)))
        {
            Found("I1", $"'{echo.Text}' ({echo.Id}) is shown and was never posted");
        }
    }

    private void CheckReplies(IReadOnlyList<RecordedActivity> transcript)
    {
        var echoes = new Dictionary<string, RecordedActivity>(StringComparer.Ordinal);
        var answered = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] before = [];
        foreach (var activity in transcript)
        {
            if (activity.IsEcho)
            {
                echoes.TryAdd(activity.Id, activity);
                continue;
            }

            if (activity.ReplyToId is not { } cause || !echoes.TryGetValue(cause, out var echo))
            {
                var isLate = transcript.Any(other => other.IsEcho && other.Id == activity.ReplyToId);
                Found(isLate ? "I5" : "I3", $"'{activity.Text}' ({activity.Id}) {(isLate ? "comes before the message that it answers" : "answers nothing that is shown")}");
                echo = null;
            }
            else if (!answered.TryAdd(cause, activity.Id))
            {
                Found("I4", $"'{echo.Text}' ({cause}) is answered by {answered[cause]} and again by {activity.Id}");
            }

            before = CheckGrowth(before, activity, echo);
        }

        foreach (var echo in echoes.Values.Where(echo => !answered.ContainsKey(echo.Id)))
        {
            Found("I4", $"'{echo.Text}' ({echo.Id}) was never answered");
        }
    }

    private string[] CheckGrowth(string[] before, RecordedActivity reply, RecordedActivity? echo)
    {
        if (!reply.Text.StartsWith(Start, StringComparison.Ordinal))
        {
            Found("I2", $"{reply.Id} is no order: '{reply.Text}'");
            return before;
        }

        var toppings = reply.Text[Start.Length..].Split(Separator);
        foreach (var doubled in toppings.GroupBy(topping => topping, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            Found("I1", $"'{doubled.Key}' took effect {doubled.Count()} times by {reply.Id}");
        }

        if (toppings.Length != before.Length + 1 || !toppings.AsSpan(0, before.Length).SequenceEqual(before))
        {
            Found(
                toppings.Length <= before.Length && before.AsSpan().StartsWith(toppings) ? "I5" : "I2",
                $"{reply.Id} is not the order before it and one topping more: '{reply.Text}' after '{Start}{string.Join(Separator, before)}'");
        }

        if (echo is not null && toppings[^1] != echo.Text)
        {
            Found("I2", $"{reply.Id} answers '{echo.Text}' and adds '{toppings[^1]}'");
        }

        return toppings;
    }

    private void CheckLive(IReadOnlyList<RecordedActivity> transcript)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; place < transcript.Count; place++)
        {
            places.TryAdd(transcript[place].Id, place);
        }

        var last = -1;
        foreach (var seen in conversation.Live)
        {
            if (!places.TryGetValue(seen.Id, out var place) || transcript[place].Text != seen.Text)
            {
                Found("I3", $"the client was shown {seen.Id} '{seen.Text}', which the transcript does not have");
                continue;
            }

            if (place < last)
            {
                Found("I5", $"the client was shown {seen.Id} after {transcript[last].Id}, which follows it in the transcript");
            }

            last = Math.Max(last, place);
        }

        var live = conversation.Live.Select(seen => seen.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var missing in transcript.Where(activity => !live.Contains(activity.Id)))
        {
            Found("I4", $"{missing.Id} '{missing.Text}' is in the transcript and never came over the client's stream");
        }
    }

    private void Found(string invariant, string evidence) => _violations.Add(new(invariant, conversation.Id, evidence));
}
