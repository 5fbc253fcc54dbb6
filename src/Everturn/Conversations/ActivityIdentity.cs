using System.Security.Cryptography;
using System.Text;
using Everturn.Activities;
using Everturn.Delivery;
using Everturn.Turns;

namespace Everturn.Conversations;

/// <summary>What makes two inbound activities of one conversation the same one.</summary>
/// <param name="Bytes">Equal for the same activity, different for different ones.</param>
internal readonly record struct ActivityIdentity(ReadOnlyMemory<byte> Bytes)
{
    private const string Engine = "everturn";

    /// <summary>The identity of an activity as it was received.</summary>
    /// <remarks>
    /// Type and id. Updates, deletions and reactions carry the id of another message, so their timestamp and content
    /// count as well. Without an id the request's id stands in for it; without that the activity is like no other, and
    /// the nonce tells this receipt from all others.
    /// </remarks>
    public static ActivityIdentity Of(InboundActivity inbound, Func<string> nonce)
    {
        var activity = inbound.Activity;
        return activity switch
        {
            { Id: null or "" } => Join("request", inbound.RequestId ?? nonce()),
            { Type: ActivityTypes.MessageUpdate or ActivityTypes.MessageDelete or ActivityTypes.MessageReaction } =>
                Join(activity.Type, activity.Id, activity.Timestamp ?? "", Convert.ToHexString(SHA256.HashData(inbound.Json.Span))),
            _ => Join(activity.Type ?? "", activity.Id),
        };
    }

    /// <summary>The identity of the turn that a timer begins. No received activity has one of three parts.</summary>
    public static ActivityIdentity OfTimer(RowId id) => Join(Engine, "timer", id.ToString());

    /// <summary>The identity of a dead letter that is replayed.</summary>
    public static ActivityIdentity OfReplay(string letter) => Join(Engine, "replay", letter);

    /// <summary>The identity of a turn that somebody begins unasked.</summary>
    public static ActivityIdentity OfContinuation(string key) => Join(Engine, "continue", key);

    /// <summary>The identity of an activity that somebody sends unasked.</summary>
    public static ActivityIdentity OfSending(string key) => Join(Engine, "send", key);

    /// <summary>Whether a timer has it, or a turn that somebody begins unasked.</summary>
    public bool IsUnasked => IsWithin("8:everturn5:timer"u8) || IsWithin("8:everturn8:continue"u8);

    /// <summary>The identity beyond its conversation's life: what only counts within one comes again in the next.</summary>
    /// <param name="tag">See <see cref="ConversationRecord.Tag"/>.</param>
    public ActivityIdentity In(string tag) => IsUnasked ? new((byte[])[.. Bytes.Span, .. Encoding.UTF8.GetBytes(tag)]) : this;

    private bool IsWithin(ReadOnlySpan<byte> parts) => Bytes.Length > parts.Length && Bytes.Span.StartsWith(parts);

    // Lengths in front keep ("a", "bc") apart from ("ab", "c").
    private static ActivityIdentity Join(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Length).Append(':').Append(part);
        }

        return new(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public bool Equals(ActivityIdentity other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }
}
