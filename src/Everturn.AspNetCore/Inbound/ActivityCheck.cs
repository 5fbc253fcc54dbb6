using Everturn.Activities;
using Everturn.AspNetCore.Connector;
using Everturn.AspNetCore.Node;
using Everturn.Conversations;
using Microsoft.AspNetCore.Http;

namespace Everturn.AspNetCore.Inbound;

/// <summary>What an activity from a channel must have before it becomes a turn. Source: Activity protocol, requirements for bots.</summary>
internal static class ActivityCheck
{
    /// <summary>Null when the activity can be processed.</summary>
    public static Refusal? Check(Activity activity, string bot) =>
        CheckMembers(activity) ?? CheckConversation(activity, bot) ?? CheckAnswer(activity);

    private static Refusal? CheckMembers(Activity activity)
    {
        var missing = new List<string>();
        Need("type", activity.Type);
        Need("channelId", activity.ChannelId);
        Need("conversation.id", activity.Conversation?.Id);
        Need("from.id", activity.From?.Id);
        if (activity.Type is ActivityTypes.Event or ActivityTypes.Invoke or ActivityTypes.Command or ActivityTypes.CommandResult)
        {
            Need("name", activity.Name);
        }

        return missing.Count == 0 ? null : Bad($"ET3007: the activity lacks {string.Join(", ", missing)}.");

        void Need(string member, string? value)
        {
            if (string.IsNullOrEmpty(value))
            {
                missing.Add(member);
            }
        }
    }

    private static Refusal? CheckConversation(Activity activity, string bot) =>
        new ConversationKey(bot, activity.ChannelId!, activity.Conversation!.Id!).IsValid() && ConnectorUrl.IsSegment(activity.Conversation.Id!)
            ? null
            : Bad("ET3011: conversation.id is too long (with bot and channel at most 1,024 bytes of UTF-8), holds a NUL, or is a dot segment.");

    // An activity whose replies could reach nobody is refused while the channel can still see it.
    private static Refusal? CheckAnswer(Activity activity)
    {
        if (activity.DeliveryMode == DeliveryModes.Stream)
        {
            return Bad("ET3010: deliveryMode 'stream' is not supported. Use 'expectReplies' to get the replies in the answer, or 'normal'.");
        }

        if (string.IsNullOrEmpty(activity.ServiceUrl))
        {
            return activity.DeliveryMode == DeliveryModes.ExpectReplies || activity.Type == ActivityTypes.Invoke
                ? null
                : Bad("ET3008: the activity lacks serviceUrl, so its replies could not be delivered. Use deliveryMode 'expectReplies' to get them in the answer.");
        }

        if (!ConnectorUrl.TryParseService(activity.ServiceUrl, out var service))
        {
            return Bad("ET3008: serviceUrl must be an absolute http or https URL without query and fragment.");
        }

        return LoopbackRule.LeadsHere(service) ? null : new(StatusCodes.Status403Forbidden,
            "ET3009: serviceUrl does not lead to this machine. A node without credentials replies to localhost alone, since it would else carry requests anywhere for anyone.");
    }

    private static Refusal Bad(string message) => new(StatusCodes.Status400BadRequest, message);
}
