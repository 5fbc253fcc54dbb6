using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Simulation;

/// <summary>The user of a conversation of flows: begins one after the other, and answers each question once, when it is shown.</summary>
internal sealed class SimulatedTalk(Scheduler scheduler, SimulatedClients clients, TimeSpan end)
{
    private const string Conversation = "f0";

    private const int SaysTwiceOneIn = 6;

    private static readonly TimeSpan SecondThought = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan LongestThought = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan LongestHesitation = TimeSpan.FromSeconds(2);

    // Longer than anything of a flow takes once all is healed.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private TimeSpan _lastWord;
    private int _number;

    /// <summary>Whether all flows have ended, or the bot does not go on.</summary>
    public bool IsOver => _open.Count == 0 || scheduler.Now - _lastWord > Silence;

    /// <summary>Begins a flow at some moment.</summary>
    public void BeginLater(TimeSpan latest)
    {
        var hello = SimulatedFlows.Hello(++_number);
        _open.Add(SimulatedFlows.Talk(hello));
        Say(hello, scheduler.UpTo(latest));
    }

    /// <summary>Something is shown.</summary>
    public void Hear(Arrival arrival)
    {
        if (arrival.Conversation != Conversation || arrival.IsEcho || !arrival.Shown)
        {
            return;
        }

        _lastWord = scheduler.Now;
        var word = arrival.Text.Split(' ')[0];
        var talk = word[..word.IndexOf('/', StringComparison.Ordinal)];
        if (word.StartsWith(talk + "/end", StringComparison.Ordinal))
        {
            if (_open.Remove(talk) && _open.Count == 0 && scheduler.Now < end)
            {
                BeginLater(LongestHesitation);
            }
        }
        else if (char.IsAsciiDigit(word[^1]) && _answered.Add(word))
        {
            // What was said too late for one flow may have begun another.
            _open.Add(talk);
            AnswerLater(word);
        }
    }

    private void AnswerLater(string question)
    {
        var isTimed = question.EndsWith($"/{SimulatedFlows.Timed}", StringComparison.Ordinal);
        if (isTimed && scheduler.Random.Next(3) == 0)
        {
            return;
        }

        var thought = scheduler.UpTo(isTimed ? LongestHesitation : LongestThought);
        Say(SimulatedFlows.Answer(question, ++_number), thought);
        if (scheduler.Random.Next(SaysTwiceOneIn) == 0)
        {
            // On second thoughts: too late, the first of the two to be committed counts.
            Say(SimulatedFlows.Answer(question, ++_number), thought + scheduler.UpTo(SecondThought));
        }
    }

    private void Say(string text, TimeSpan after)
    {
        _lastWord = scheduler.Now + after;
        clients.SendLater(Conversation, text, after);
    }
}
