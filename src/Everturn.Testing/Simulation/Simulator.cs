using Everturn.Delivery;
using Everturn.Users;

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
            var conversations = ConversationHistory.Read(run.History.Writes, run.Documents.Values.Select(document => document.Write));
            DeadLetter[] letters = [.. run.Documents
                .Where(document => document.Key.Contains("/" + DeadLetter.StoreKind + "/", StringComparison.Ordinal))
                .Select(document => DeadLetterFormat.Read(document.Key, document.Value.Content))];
            var user = run.Documents.TryGetValue(new UserKey("sim", "sim", SimulatedClients.User).ToStoreKey(), out var stored)
                ? UserRecordFormat.Read(stored.Content)
                : UserRecord.Empty;
            Coverage.Count(run.History, conversations);
            var violations = new HistoryChecker(run.History, run.World, letters, user).Check(conversations).ToList();
            if (!run.AllAnswered)
            {
                violations.Add(new("quiescence", "all", "a client was still not answered long after everything was healed"));
            }

            return new SimulationReport(seed, conversations.Sum(conversation => conversation.Tokens.Count()), violations, run.History);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }
}
