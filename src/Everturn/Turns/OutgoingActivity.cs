using System.Text.Json;
using Everturn.Activities;
using Everturn.Delivery;

namespace Everturn.Turns;

/// <summary>Makes what is said ready to be kept and sent: addressed, and as JSON that everybody can read.</summary>
internal static class OutgoingActivity
{
    /// <summary>A copy that says where it goes: what was left open is taken from the activity that it answers.</summary>
    /// <param name="reply">What is said; it stays as it is.</param>
    /// <param name="inbound">The activity of the turn.</param>
    /// <param name="isUnasked">Whether no channel knows that one, so that nothing can answer it.</param>
    public static Activity Address(Activity reply, Activity inbound, bool isUnasked)
    {
        var copy = reply.Copy();
        copy.Type ??= ActivityTypes.Message;
        copy.ChannelId ??= inbound.ChannelId;
        copy.ServiceUrl ??= inbound.ServiceUrl;
        copy.Conversation ??= inbound.Conversation;
        copy.From ??= inbound.Recipient;
        copy.Recipient ??= inbound.From;
        copy.ReplyToId ??= isUnasked ? null : inbound.Id;
        copy.Locale ??= inbound.Locale;
        return copy;
    }

    /// <summary>As the other overload, for what a turn commits.</summary>
    /// <remarks>What changes an earlier activity answers what that one has answered, and the channel knows it by its own id alone.</remarks>
    public static Activity Address(RowAction action, Activity activity, ChangeTarget target, Activity inbound, bool isUnasked)
    {
        var copy = Address(activity, inbound, isUnasked);
        if (action is not RowAction.Send)
        {
            copy.Id = target.Id;
            copy.ReplyToId = activity.ReplyToId;
        }
        else if (copy.Id is { } id && ProvisionalId.TryParse(id, out _))
        {
            copy.Id = null;
        }

        return copy;
    }

    /// <summary>Writes an activity that is to be kept and sent.</summary>
    /// <exception cref="InvalidOperationException">It is too large (ET1002), or nests too deep (ET1017).</exception>
    public static byte[] Write(Activity activity, int maxBytes)
    {
        var json = ActivityJson.Write(activity);
        if (!IsReadable(json))
        {
            throw new InvalidOperationException(
                $"ET1017: the bot sent an activity that nests deeper than {ActivityJson.MaxDepth} levels, so that nobody could read it. Flatten it.");
        }

        return json.Length <= maxBytes ? json : throw new InvalidOperationException(
            $"ET1002: the bot sent an activity of {json.Length} bytes; at most {maxBytes} are allowed. Split it, or send a link.");
    }

    private static bool IsReadable(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ActivityJson.MaxDepth });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
