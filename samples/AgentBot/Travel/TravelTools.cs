using System.ComponentModel;
using AgentBot.Agents;

namespace AgentBot.Travel;

/// <summary>What the model may do at the travel agency.</summary>
internal sealed class TravelTools(ITravelAgency agency)
{
    [Description("Looks for trips to a city. Prices are in euros, for each traveller.")]
    public Trip[] FindTrips(string destination) =>
        [.. agency.Trips.Where(trip => trip.Destination.Equals(destination.Trim(), StringComparison.OrdinalIgnoreCase))];

    [Description("Reserves a trip and gives the number of the reservation.")]
    public async Task<string> ReserveTripAsync(
        [Description("The trip's id.")] string trip, [Description("How many travel, 1 to 9.")] int travellers, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var found = agency.Trips.FirstOrDefault(known => known.Id == trip)
            ?? throw new ToolException($"There is no trip '{trip}'.");
        return travellers is >= 1 and <= 9
            ? await agency.ReserveAsync(found, travellers, key, cancellationToken)
            : throw new ToolException("From 1 to 9 people may travel.");
    }

    [Description("Pays a reservation and gives the number of the receipt.")]
    public async Task<string> PayReservationAsync(
        [Description("The reservation's number.")] string reservation, IdempotencyKey key, CancellationToken cancellationToken) =>
        await agency.PayAsync(reservation, key, cancellationToken);

    [Description("Cancels a reservation.")]
    public async Task<string> CancelReservationAsync(
        [Description("The reservation's number.")] string reservation, IdempotencyKey key, CancellationToken cancellationToken)
    {
        await agency.CancelAsync(reservation, key, cancellationToken);
        return "Cancelled.";
    }
}
