namespace Everturn.Turns;

/// <summary>The HTTP answer of an invoke or expectReplies activity, kept in the inbox so that a repeated request gets the same.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">UTF-8 JSON; empty for no body.</param>
public sealed record TurnAnswer(int Status, ReadOnlyMemory<byte> Body);
