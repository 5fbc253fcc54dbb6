using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace AgentBot.Agents;

/// <summary>What the scripted stand-in answers: a few phrases, and the tool calls that they need.</summary>
internal static partial class Script
{
    private const string Help =
        "I am a scripted stand-in for a language model and know a few phrases: find trips to Lisbon; book a trip to Seoul for 2; "
        + "book a trip to Oslo for 1 and pay; pay R12AB34; cancel R12AB34; count to 10; what did I say?";

    /// <summary>A text, or a call of a tool.</summary>
    public static AIContent Next(IReadOnlyList<ChatMessage> messages)
    {
        var said = messages.Where(message => message.Role == ChatRole.User).Select(message => message.Text).ToArray();
        var results = messages.Skip(LastIndexOfUser(messages) + 1).SelectMany(message => message.Contents)
            .OfType<FunctionResultContent>().Select(result => result.Result?.ToString() ?? "").ToArray();
        return results.FirstOrDefault(result => result.StartsWith("Error: ", StringComparison.Ordinal)) is { } error
            ? Say($"That did not work. {error["Error: ".Length..]}")
            : Next(said.LastOrDefault() ?? "", said, results);
    }

    private static AIContent Next(string text, string[] said, string[] results)
    {
        if (Booking().Match(text) is { Success: true } booking)
        {
            return Book(booking.Groups["city"].Value, booking.Groups["travellers"].Value, booking.Groups["pay"].Success, results);
        }

        if (Finding().Match(text) is { Success: true } finding)
        {
            return results is [var found, ..] ? Say(List(found)) : Call(results, "find_trips", ("destination", finding.Groups["city"].Value));
        }

        if (Reservation().Match(text) is { Success: true } reservation)
        {
            var (tool, done) = reservation.Groups["verb"].Value.Equals("pay", StringComparison.OrdinalIgnoreCase)
                ? ("pay_reservation", "It is paid. The receipt: ")
                : ("cancel_reservation", "");
            return results is [var result, ..] ? Say(done + result) : Call(results, tool, ("reservation", reservation.Groups["number"].Value));
        }

        if (Counting().Match(text) is { Success: true } counting)
        {
            var count = Math.Min(int.Parse(counting.Groups["count"].Value, CultureInfo.InvariantCulture), 600);
            return Say(string.Join(' ', Enumerable.Range(1, count)));
        }

        return Asking().IsMatch(text)
            ? Say($"I see {said.Length} things that you have said. The first is: {said[0]}")
            : Say(Help);
    }

    private static AIContent Book(string city, string travellers, bool pays, string[] results) => results switch
    {
        [] => Call(results, "find_trips", ("destination", city)),
        ["[]"] => Say($"There is no trip to {city}."),
        [var found] => Call(results, "reserve_trip", ("trip", Trips(found)[0].Id), ("travellers", int.Parse(travellers, CultureInfo.InvariantCulture))),
        [_, var number] when pays => Call(results, "pay_reservation", ("reservation", number)),
        [var found, var number] => Say($"Reserved: {Describe(Trips(found)[0])}, for {travellers}. To pay it, say: pay {number}"),
        [var found, var number, var receipt, ..] => Say($"Reserved and paid: {Describe(Trips(found)[0])}, for {travellers}. The reservation: {number}. The receipt: {receipt}"),
    };

    private static string List(string found) =>
        Trips(found) is { Length: > 0 } trips ? "There are: " + string.Join("; ", trips.Select(Describe)) : "There is no such trip.";

    private static string Describe(Trip trip) => string.Create(CultureInfo.InvariantCulture, $"{trip.Destination}, {trip.Days} days, {trip.PricePerTraveller} euros each ({trip.Id})");

    private static Trip[] Trips(string found) => JsonSerializer.Deserialize<Trip[]>(found, JsonSerializerOptions.Web) ?? [];

    private static TextContent Say(string text) => new($"[scripted] {text}");

    private static FunctionCallContent Call(string[] results, string tool, params (string Name, object Value)[] arguments) =>
        new(string.Create(CultureInfo.InvariantCulture, $"script-{results.Length + 1}"), tool, arguments.ToDictionary(argument => argument.Name, argument => (object?)argument.Value, StringComparer.Ordinal));

    private static int LastIndexOfUser(IReadOnlyList<ChatMessage> messages) =>
        messages.Index().Where(message => message.Item.Role == ChatRole.User).Select(message => message.Index).LastOrDefault(-1);

    [GeneratedRegex(@"\b(book|reserve)\b.*\bto (?<city>\p{L}+) for (?<travellers>[0-9]{1,2})(?<pay> and pay)?", Options, 1000)]
    private static partial Regex Booking();

    [GeneratedRegex(@"\b(find|trips?)\b.*\bto (?<city>\p{L}+)", Options, 1000)]
    private static partial Regex Finding();

    [GeneratedRegex(@"^(?<verb>pay|cancel) (?<number>\w+)", Options, 1000)]
    private static partial Regex Reservation();

    [GeneratedRegex(@"^count to (?<count>[0-9]{1,4})", Options, 1000)]
    private static partial Regex Counting();

    [GeneratedRegex("^what did I say", Options, 1000)]
    private static partial Regex Asking();

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>What the script reads of a trip.</summary>
    private sealed record Trip(string Id, string Destination, int Days, int PricePerTraveller);
}
