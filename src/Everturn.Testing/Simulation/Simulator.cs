using Everturn.Conversations;

namespace Everturn.Testing.Simulation;

/// <summary>Runs the real engine on many simulated nodes, on one thread and in virtual time. A run is a function of its seed.</summary>
public static class Simulator
{
    /// <summary>Runs one world to its end and judges its history.</summary>
    /// <param name="seed">Draws everything: the nodes, the settings, the messages, the faults and the order of events.</param>
    /// <param name="options">How much happens; null for the defaults.</param>
    public static SimulationReport Run(int seed, SimulationOptions? options = null)
    {
        options ??= new();
        var outer = SynchronizationContext.Current;
        try
        {
            SynchronizationContext.SetSynchronizationContext(null);
            var run = new SimulationRun(seed, options);
            run.Execute();
            var records = new Dictionary<string, ConversationRecord>(StringComparer.Ordinal);
            foreach (var (key, document) in run.Documents)
            {
                if (ConversationKey.TryParse(key, out var conversation))
                {
                    records.Add(conversation.Id, NewerFormat.Parse(document.Content));
                }
            }

            var violations = new HistoryChecker(run.History, run.ChannelTakesOurIds).Check(records).ToList();
            if (!run.AllAnswered)
            {
                violations.Add(new("quiescence", "all", "a client was still not answered long after everything was healed"));
            }

            return new SimulationReport(seed, records.Values.Sum(record => record.Revision), violations, run.History);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }
}
