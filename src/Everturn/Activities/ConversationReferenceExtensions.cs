namespace Everturn.Activities;

/// <summary>Takes conversation references from activities and addresses activities by them.</summary>
public static class ConversationReferenceExtensions
{
    /// <summary>Where the conversation of an inbound activity goes on.</summary>
    public static ConversationReference GetConversationReference(this Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return new()
        {
            ActivityId = activity.Id,
            User = activity.From,
            Bot = activity.Recipient,
            Conversation = activity.Conversation,
            ChannelId = activity.ChannelId,
            ServiceUrl = activity.ServiceUrl,
            Locale = activity.Locale,
        };
    }

    /// <summary>Addresses an activity to the conversation of a reference. The activity's own locale stays.</summary>
    /// <param name="activity">The activity to change.</param>
    /// <param name="reference">The conversation.</param>
    /// <param name="isIncoming">
    /// False: from the bot to the user, as a reply to the reference's activity.
    /// True: from the user to the bot, for a turn that continues a conversation unasked. The activity keeps its own id,
    /// because a second turn under the reference's would count as a repetition of the first.
    /// </param>
    /// <returns>The same activity.</returns>
    public static Activity ApplyConversationReference(
        this Activity activity, ConversationReference reference, bool isIncoming = false)
    {
        ArgumentNullException.ThrowIfNull(activity);
        ArgumentNullException.ThrowIfNull(reference);
        activity.ChannelId = reference.ChannelId;
        activity.ServiceUrl = reference.ServiceUrl;
        activity.Conversation = reference.Conversation;
        activity.Locale ??= reference.Locale;
        if (isIncoming)
        {
            activity.From = reference.User;
            activity.Recipient = reference.Bot;
        }
        else
        {
            activity.From = reference.Bot;
            activity.Recipient = reference.User;
            activity.ReplyToId ??= reference.ActivityId;
        }

        return activity;
    }
}
