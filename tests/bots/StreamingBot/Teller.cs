using System.Globalization;
using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.Extensions.Options;

namespace Everturn.Tests.StreamingBot;

/// <summary>
/// Says <c>NODE counts 1 2 3 ...</c> up to the number that it is told, a word every half second, as a model would. Told
/// anything else, it comes to two and thinks better of it.
/// </summary>
internal sealed class Teller(IOptions<EverturnOptions> node) : ActivityHandler
{
    private static readonly TimeSpan BetweenWords = TimeSpan.FromMilliseconds(500);

    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var counts = int.TryParse(turn.Activity.Text, CultureInfo.InvariantCulture, out var most);
        var stream = turn.BeginStream();
        await stream.SayAsync("counting ...", cancellationToken);
        await stream.AppendAsync($"{node.Value.Node} counts", cancellationToken);
        for (var number = 1; number <= (counts ? most : 2); number++)
        {
            await Task.Delay(BetweenWords, cancellationToken);
            await stream.AppendAsync(string.Create(CultureInfo.InvariantCulture, $" {number}"), cancellationToken);
        }

        if (counts)
        {
            await stream.EndAsync(cancellationToken);
        }
        else
        {
            await Task.Delay(BetweenWords, cancellationToken);
            await stream.CancelAsync(cancellationToken);
            await turn.SendActivityAsync("never mind", cancellationToken);
        }
    }
}
