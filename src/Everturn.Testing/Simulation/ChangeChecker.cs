using Everturn.Delivery;

namespace Everturn.Testing.Simulation;

/// <summary>Judges what each activity of a conversation shows in the end, and how it came to that.</summary>
/// <param name="history">What happened.</param>
/// <param name="world">What kind of world it happened in.</param>
/// <param name="conversation">The conversation.</param>
/// <param name="isHeld">Whether a reply with this text is held for a person.</param>
internal sealed class ChangeChecker(History history, SimulatedWorld world, ConversationHistory conversation, Func<string, bool> isHeld)
{
    private readonly List<Violation> _violations = [];

    /// <summary>All violations; empty when every activity is what the last committed change has made of it.</summary>
    public IReadOnlyList<Violation> Check(IReadOnlyList<Arrival> arrivals)
    {
        foreach (var life in conversation.Lives)
        {
            var copies = arrivals
                .Where(arrival => arrival is { Shown: true, IsEcho: false } && conversation.At(arrival.At) == life)
                .GroupBy(arrival => arrival.ActivityId, StringComparer.Ordinal)
                .Select(group => new ShownActivity([.. group]))
                .ToArray();
            Array.ForEach(copies, Check);
            var changes = life.Epochs.SelectMany(epoch => epoch.Changes).ToLookup(change => change.Target);
            foreach (var activity in copies.Where(copy => copy.Original is not null).GroupBy(copy => copy.Original!.Row))
            {
                CheckLast(activity.Key, [.. activity], [.. changes[activity.Key]]);
            }
        }

        return _violations;
    }

    // A channel that does not take our ids may show a row twice; then only one of the two is changed.
    private void CheckLast(RowId row, IReadOnlyList<ShownActivity> copies, IReadOnlyList<Change> changes)
    {
        var original = copies[0].Original!.Text;
        var deletion = changes.FirstOrDefault(change => change.Text is null);
        var last = deletion is not null ? null : changes is [.., var newest] ? newest.Text : original;
        if (!copies.Any(copy => copy.Text == last || copy.Overtaken is not null) && !isHeld(original))
        {
            Found($"row {row} shows {string.Join(" and ", copies.Select(copy => copy.Text ?? "nothing"))} and must {last ?? "nothing"}");
        }
    }

    private void Check(ShownActivity copy)
    {
        if (copy.Original is not { } original)
        {
            Found($"row {copy.Arrivals[0].Row} changed {copy.Arrivals[0].ActivityId} before it was there");
            return;
        }

        foreach (var update in copy.Arrivals.Where(arrival => arrival.Action is RowAction.Update && !arrival.Text.EndsWith($">{original.Row}", StringComparison.Ordinal)))
        {
            Found($"row {update.Row} put {update.Text} in the place of row {original.Row}");
        }

        if (copy.Overtaken is { } old && (world.TakesOurIds || !IsHurtBefore(old)))
        {
            Found($"row {old.Row} was applied to {original.Row} after a newer one");
        }
    }

    // On a channel that does not take our ids an older change may come after a newer one when a node died or stood still with it on its way.
    private bool IsHurtBefore(Arrival arrival) => history.Incidents.Any(incident =>
        incident.Kind is "kill" or "pause" or "stop" or "outage" or "exclusive upgrade" && incident.At >= arrival.At - TimeSpan.FromSeconds(10) && incident.At <= arrival.At);

    private void Found(string evidence) => _violations.Add(new("change", conversation.Id, evidence));

    /// <summary>One activity on the channel: what sent it, and what has changed it, in the order of arrival.</summary>
    private sealed record ShownActivity(IReadOnlyList<Arrival> Arrivals)
    {
        public Arrival? Original => Arrivals[0].Action is RowAction.Send ? Arrivals[0] : null;

        /// <summary>What it says; null when it is gone.</summary>
        public string? Text => Arrivals[^1].Action is RowAction.Delete ? null : Arrivals[^1].Text;

        /// <summary>An older change upon a newer one; null when there was none.</summary>
        public Arrival? Overtaken => Arrivals.Where((arrival, at) => Arrivals.Take(at).Any(before => before.Row > arrival.Row)).FirstOrDefault();
    }
}
