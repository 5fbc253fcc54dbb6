namespace PizzaBot;

/// <summary>Takes money.</summary>
public interface IPayments
{
    /// <summary>Charges a customer.</summary>
    /// <param name="amount">How much.</param>
    /// <param name="idempotencyKey">A call with the key of an earlier one charges nothing and returns its receipt.</param>
    /// <param name="cancellationToken">Gives up; the charge may have been made.</param>
    /// <returns>The receipt's number.</returns>
    Task<string> ChargeAsync(decimal amount, string idempotencyKey, CancellationToken cancellationToken);
}
