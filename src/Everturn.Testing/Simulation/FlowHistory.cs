using System.Globalization;
using Everturn.Delivery;

namespace Everturn.Testing.Simulation;

/// <summary>What became of one conversation of flows: its turns that lasted, what each said, and what the journal has held.</summary>
internal sealed class FlowHistory
{
    private FlowHistory(IReadOnlyList<FlowTurn> turns, IReadOnlyList<OutboxRow> rows, IReadOnlyDictionary<int, TimeSpan> journaled)
    {
        Turns = turns;
        Rows = rows;
        Journaled = journaled;
    }

    public IReadOnlyList<FlowTurn> Turns { get; }

    /// <summary>All that was to be shown.</summary>
    public IReadOnlyList<OutboxRow> Rows { get; }

    /// <summary>The results that stood in the journal, each with the moment since when.</summary>
    public IReadOnlyDictionary<int, TimeSpan> Journaled { get; }

    public static FlowHistory Of(ConversationHistory conversation)
    {
        var turns = new List<FlowTurn>();
        var rows = new SortedDictionary<RowId, OutboxRow>();
        var journaled = new Dictionary<int, TimeSpan>();
        foreach (var life in conversation.Lives)
        {
            foreach (var write in life.Writes)
            {
                foreach (var row in write.Record!.Outbox)
                {
                    rows.TryAdd(row.Id, row);
                }

                foreach (var entry in write.Record.Journal)
                {
                    journaled.TryAdd(int.Parse(entry.Result.Span, CultureInfo.InvariantCulture), write.At);
                }
            }

            var said = rows.Values.Where(row => !row.IsEcho).ToLookup(row => row.Id.Revision, row => SimulatedBot.TokenOf(row.Activity));
            foreach (var epoch in life.Epochs)
            {
                turns.AddRange(epoch.Tokens.Select((token, place) =>
                {
                    var revision = epoch.Start + place + 1;
                    var write = life.Writes.FirstOrDefault(write => write.Record!.Revision >= revision) ?? life.Writes[^1];
                    return new FlowTurn(revision, token, write.At, write.Node, [.. said[revision]]);
                }));
            }
        }

        return new(turns, [.. rows.Values], journaled);
    }
}

/// <summary>A turn of a flow that lasted.</summary>
/// <param name="Revision">The revision that it became.</param>
/// <param name="Token">What it was told.</param>
/// <param name="At">When it was written.</param>
/// <param name="Node">By which node.</param>
/// <param name="Said">What it said.</param>
internal sealed record FlowTurn(long Revision, string Token, TimeSpan At, string Node, IReadOnlyList<string> Said);
