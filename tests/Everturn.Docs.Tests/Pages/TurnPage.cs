using Everturn.Turns;

namespace Everturn.Docs.Tests.Pages;

internal interface IPayments
{
    Task<string> ChargeAsync(Order order, string idempotencyKey, CancellationToken cancellationToken);
}

internal static class TurnPage
{
    public static async Task<string> ChargeAsync(TurnContext turn, IPayments payments, Order order)
    {
        var receipt = await turn.OnceAsync("charge", ct => payments.ChargeAsync(order, turn.IdempotencyKey("charge"), ct));
        return receipt;
    }
}
