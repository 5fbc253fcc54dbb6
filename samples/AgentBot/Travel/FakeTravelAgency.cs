using System.Globalization;
using AgentBot.Agents;

namespace AgentBot.Travel;

/// <summary>
/// A stand-in for a travel agency's back end: it keeps what it is told as files, in a folder that all nodes of a machine share.
/// </summary>
internal sealed class FakeTravelAgency : ITravelAgency
{
    private readonly string _calls;
    private readonly string _reservations;
    private readonly string _payments;
    private readonly string _cancellations;
    private readonly TimeSpan _delay;
    private readonly TimeProvider _time;

    /// <param name="folder">Where the files are.</param>
    /// <param name="delay">How long a call's answer takes after its effect.</param>
    /// <param name="time">The clock of that delay.</param>
    public FakeTravelAgency(string folder, TimeSpan delay, TimeProvider time)
    {
        _delay = delay;
        _time = time;
        _calls = Directory.CreateDirectory(Path.Combine(folder, "calls")).FullName;
        _reservations = Directory.CreateDirectory(Path.Combine(folder, "reservations")).FullName;
        _payments = Directory.CreateDirectory(Path.Combine(folder, "payments")).FullName;
        _cancellations = Directory.CreateDirectory(Path.Combine(folder, "cancellations")).FullName;
    }

    public IReadOnlyList<Trip> Trips { get; } =
    [
        new("LIS-3", "Lisbon", 3, 420),
        new("LIS-7", "Lisbon", 7, 780),
        new("SEL-9", "Seoul", 9, 1650),
        new("OSL-4", "Oslo", 4, 610),
    ];

    public async Task<string> ReserveAsync(Trip trip, int travellers, IdempotencyKey key, CancellationToken cancellationToken)
    {
        // The number follows from the key, so a repetition finds it.
        var number = "R" + key.Value[..6].ToUpperInvariant();
        Note("reserve", key);
        Put(_reservations, number, string.Create(CultureInfo.InvariantCulture, $"{trip.Id} for {travellers}"));
        await Task.Delay(_delay, _time, cancellationToken);
        return number;
    }

    public async Task<string> PayAsync(string number, IdempotencyKey key, CancellationToken cancellationToken)
    {
        ThrowIfUnknown(number);
        Note("pay", key);
        if (File.Exists(Path.Combine(_cancellations, number)))
        {
            throw new ToolException($"The reservation {number} is cancelled.");
        }

        if (!Put(_payments, number, key.Value) && await File.ReadAllTextAsync(Path.Combine(_payments, number), cancellationToken) != key.Value)
        {
            throw new ToolException($"The reservation {number} is paid already.");
        }

        await Task.Delay(_delay, _time, cancellationToken);
        return "P" + key.Value[..6].ToUpperInvariant();
    }

    public async Task CancelAsync(string number, IdempotencyKey key, CancellationToken cancellationToken)
    {
        ThrowIfUnknown(number);
        Note("cancel", key);
        Put(_cancellations, number, key.Value);
        await Task.Delay(_delay, _time, cancellationToken);
    }

    private void ThrowIfUnknown(string number)
    {
        if (number.Length != 7 || !number.All(char.IsAsciiLetterOrDigit) || !File.Exists(Path.Combine(_reservations, number)))
        {
            throw new ToolException("There is no such reservation.");
        }
    }

    // A file for each call, so that one can see what was called again.
    private void Note(string what, IdempotencyKey key)
    {
        for (var count = 1; !Put(_calls, string.Create(CultureInfo.InvariantCulture, $"{what}-{key.Value}-{count}"), ""); count++)
        {
        }
    }

    // Whole or not at all, and by one of all processes.
    private static bool Put(string folder, string name, string content)
    {
        var draft = Path.Combine(folder, $".{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(draft, content);
            File.Move(draft, Path.Combine(folder, name));
            return true;
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, name)))
        {
            File.Delete(draft);
            return false;
        }
    }
}
