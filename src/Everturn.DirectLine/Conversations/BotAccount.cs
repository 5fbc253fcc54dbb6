using Everturn.Activities;
using Everturn.Hosting;

namespace Everturn.DirectLine.Conversations;

/// <summary>The bot as this channel's conversations know it.</summary>
internal static class BotAccount
{
    // The role tells clients whose message it is: the bot's replies come from this account.
    public static ChannelAccount Of(EverturnOptions node) => new() { Id = node.Bot, Name = node.Bot, Role = "bot" };
}
