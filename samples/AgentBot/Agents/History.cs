using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentBot.Agents;

/// <summary>What user and agent have said to each other, as far as it is kept.</summary>
internal sealed class History
{
    /// <summary>The oldest first.</summary>
    [JsonInclude]
    public List<Exchange> Exchanges { get; private set; } = [];

    /// <summary>How many are not kept any more.</summary>
    [JsonInclude]
    public int Forgotten { get; private set; }

    /// <summary>Begins an exchange with what the user said.</summary>
    public Exchange Begin(string text)
    {
        var exchange = new Exchange();
        exchange.Add(new Said(SaidBy.User, text));
        Exchanges.Add(exchange);
        return exchange;
    }

    /// <summary>
    /// Forgets the oldest exchanges, each as a whole, so that no result stands without its call. What alone is too large is kept as
    /// question and answer, without the calls between them.
    /// </summary>
    public void Trim(int exchanges, int bytes)
    {
        while (Exchanges.Count > 1 && (Exchanges.Count > exchanges || Size() > bytes))
        {
            Exchanges.RemoveAt(0);
            Forgotten++;
        }

        if (Size() > bytes)
        {
            Exchanges[^1].KeepWordsAlone();
        }
    }

    private int Size() => JsonSerializer.SerializeToUtf8Bytes(Exchanges, JsonSerializerOptions.Web).Length;
}

/// <summary>What the user said, and what came of it until the agent answered.</summary>
internal sealed class Exchange
{
    private const string NoAnswer = "I have nothing to say to that.";

    [JsonInclude]
    public List<Said> Messages { get; private set; } = [];

    /// <summary>What the model has said to the user.</summary>
    [JsonIgnore]
    public IEnumerable<string> Words => Messages.Where(said => said.By is SaidBy.Model && said.Text.Length > 0).Select(said => said.Text);

    public void Add(Said said) => Messages.Add(said);

    /// <summary>Sees to it that the exchange ends with words of the model, and with no call that has no result: no endpoint takes one.</summary>
    public void End()
    {
        var last = Messages[^1];
        if (last.By is SaidBy.Model)
        {
            // Asked for words alone, some models call a tool all the same.
            Messages[^1] = last with { Calls = [], Text = last.Text.Length > 0 ? last.Text : NoAnswer };
        }
        else
        {
            Add(new Said(SaidBy.Model, NoAnswer));
        }
    }

    public void KeepWordsAlone() => Messages = [Messages[0], Messages[^1]];
}
