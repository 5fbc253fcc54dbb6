using Everturn.Activities;
using Everturn.AspNetCore;
using Everturn.Conversations;
using Everturn.Turns;
using Microsoft.AspNetCore.Builder;

namespace Everturn.Docs.Tests.Pages;

internal interface IModel
{
    IAsyncEnumerable<string?> AskAsync(string question, CancellationToken cancellationToken);
}

internal interface IMail
{
    Task SendAsync(string user, string text, CancellationToken cancellationToken);
}

internal sealed record Order(int Number);

internal sealed class AgentBot(IModel model, IConversations conversations) : ActivityHandler
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddQueuedBot<AgentBot>();
    }

    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var stream = turn.BeginStream();
        await stream.SayAsync("Looking it up ...", cancellationToken);
        await foreach (var words in model.AskAsync(turn.Activity.Text!, cancellationToken))
        {
            await stream.AppendAsync(words, cancellationToken);
        }

        await stream.EndAsync(cancellationToken);
    }

    protected override async Task OnEventAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        if (turn.IsUnasked && turn.Activity is { Name: "pizza-ready", Value: { } order })
        {
            await turn.SendActivityAsync($"Order {order.GetInt32()} is ready.", cancellationToken);
        }
    }

    public static async Task RemindAsync(TurnContext turn, Order order)
    {
        var reminder = await turn.ScheduleAsync(TimeSpan.FromMinutes(30), "pizza-ready", order.Number);
        await turn.CancelAsync(reminder);
    }

    public async Task<Acceptance> TellAsync(TurnContext turn, ConversationReference kitchen, int order)
    {
        var acceptance = await turn.OnceAsync("tell", token => conversations.SendAsync(
            kitchen, turn.IdempotencyKey("tell"), MessageFactory.Text($"order {order}"), token));
        return acceptance;
    }
}

internal sealed class Parcels(IConversations conversations, IMail mail)
{
    public async Task OnShippedAsync(ConversationReference customer, string order, CancellationToken cancellationToken)
    {
        var acceptance = await conversations.ContinueAsync(customer, $"shipped-{order}", "shipped", order, cancellationToken);
        if (acceptance is Acceptance.UnknownConversation)
        {
            await mail.SendAsync(customer.User!.Id!, $"{order} is on its way", cancellationToken);
        }
    }
}
