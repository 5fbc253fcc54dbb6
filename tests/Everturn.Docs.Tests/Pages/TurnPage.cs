using Everturn.AspNetCore;
using Everturn.Turns;
using Microsoft.AspNetCore.Builder;

namespace Everturn.Docs.Tests.Pages;

internal interface IPayments
{
    Task<string> ChargeAsync(Order order, string idempotencyKey, CancellationToken cancellationToken);
}

internal sealed class Apology : ITurnErrorHandler
{
    public async Task OnTurnErrorAsync(TurnContext turn, Exception exception, CancellationToken cancellationToken) =>
        await turn.SendActivityAsync("Sorry, that went wrong. Please say it again.", cancellationToken);
}

internal static class TurnPage
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddBot<EchoBot>().AddTurnErrorHandler<Apology>();
    }

    public static async Task<string> ChargeAsync(TurnContext turn, IPayments payments, Order order)
    {
        var receipt = await turn.OnceAsync("charge", ct => payments.ChargeAsync(order, turn.IdempotencyKey("charge"), ct));
        return receipt;
    }
}
