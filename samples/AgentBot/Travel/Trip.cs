namespace AgentBot.Travel;

/// <summary>A trip that can be reserved.</summary>
internal sealed record Trip(string Id, string Destination, int Days, int PricePerTraveller);
