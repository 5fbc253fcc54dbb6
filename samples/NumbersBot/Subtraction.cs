using System.Globalization;
using Everturn.Activities;
using Everturn.Turns;

namespace NumbersBot;

/// <summary>Asks for two numbers and subtracts the second from the first; what it knows so far is its state.</summary>
internal sealed class Subtraction : ActivityHandler
{
    private const string First = "first";
    private const string AskFirst = "Enter a number.";

    // The difference of two such numbers is still a decimal.
    private const decimal Largest = decimal.MaxValue / 2;

    protected override async Task OnMembersAddedAsync(
        IReadOnlyList<ChannelAccount> membersAdded, TurnContext turn, CancellationToken cancellationToken) =>
        await turn.SendActivityAsync(AskFirst, cancellationToken);

    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var first = turn.ConversationState.Get<decimal?>(First);
        await turn.SendActivityAsync(Answer(turn, first, Read(turn.Activity.Text)), cancellationToken);
    }

    private static string Answer(TurnContext turn, decimal? first, decimal? number)
    {
        switch (first, number)
        {
            case (null, null):
                return AskFirst;
            case (null, { } entered):
                turn.ConversationState.Set(First, number);
                return AskSecond(entered);
            case ({ } kept, null):
                return AskSecond(kept);
            case ({ } minuend, { } subtrahend):
                turn.ConversationState.Remove(First);
                return $"The result of the first minus the second is {Write(minuend - subtrahend)}.";
        }
    }

    private static string AskSecond(decimal first) => $"I have {Write(first)} now enter another number";

    private static decimal? Read(string? text) =>
        decimal.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
        && Math.Abs(number) <= Largest ? number : null;

    private static string Write(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);
}
