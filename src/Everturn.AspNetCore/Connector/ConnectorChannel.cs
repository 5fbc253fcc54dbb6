using System.Text.Json;
using Everturn.Activities;
using Everturn.AspNetCore.Node;
using Everturn.Conversations;
using Everturn.Delivery;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore.Connector;

/// <summary>Delivers over the Connector REST API to the service URL of the activity.</summary>
internal sealed partial class ConnectorChannel(
    IOptions<EverturnHostOptions> options, TimeProvider time, ILogger<ConnectorChannel> logger) : IChannel, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // A typing indicator is shown for about this long: a later one is of no use.
    private static readonly TimeSpan EphemeralTimeout = TimeSpan.FromSeconds(3);

    private readonly HttpClient _http = NewClient();

    /// <inheritdoc />
    public bool Serves(string channelId, string serviceUrl) => ConnectorUrl.TryParseService(serviceUrl, out _);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var outcomes = new List<DeliveryOutcome>(rows.Count);
        foreach (var row in rows)
        {
            outcomes.Add(await DeliverAsync(conversation, row, cancellationToken));
            if (outcomes[^1] is not DeliveryOutcome.Delivered)
            {
                break;
            }
        }

        return outcomes;
    }

    /// <inheritdoc />
    public async ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken)
    {
        var outcome = await CallAsync(HttpMethod.Post, conversation, activity, ActivityJson.Write(activity), EphemeralTimeout, cancellationToken);
        if (outcome is not DeliveryOutcome.Delivered)
        {
            LogEphemeralLost(conversation.Id, outcome.ToString());
        }
    }

    /// <inheritdoc />
    public TimeSpan? PreviewInterval(string channelId) => channelId.Split(':')[0] switch
    {
        // Teams takes one a second, and asks for less.
        "msteams" => TimeSpan.FromMilliseconds(1500),
        "webchat" or "directline" or "emulator" => TimeSpan.FromMilliseconds(500),
        _ => null,
    };

    /// <inheritdoc />
    public async ValueTask<string?> SendPreviewAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken)
    {
        // A stream of which the channel has given no id cannot be taken away either.
        if (string.IsNullOrEmpty(activity.Text) && StreamInfo.Of(activity)?.StreamId is null)
        {
            return null;
        }

        activity.Id = null;
        var outcome = await CallAsync(HttpMethod.Post, conversation, activity, ActivityJson.Write(activity), EphemeralTimeout, cancellationToken);
        if (outcome is DeliveryOutcome.Delivered(var id))
        {
            return id;
        }

        LogEphemeralLost(conversation.Id, outcome.ToString());
        return null;
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<DeliveryOutcome> DeliverAsync(ConversationKey conversation, OutboxRow row, CancellationToken cancellationToken)
    {
        Activity activity;
        try
        {
            activity = ActivityJson.Read(row.Activity.Span);
        }
        catch (JsonException exception)
        {
            return new DeliveryOutcome.Rejected($"ET3016: the activity cannot be read: {exception.Message}");
        }

        // Traces are for developers: only the Emulator shows them, and other channels refuse them.
        if (activity.Type == ActivityTypes.Trace && activity.ChannelId != "emulator")
        {
            return new DeliveryOutcome.Delivered(null);
        }

        var json = row.Activity;
        if (row.Action is not RowAction.Send && activity.Id != row.TargetId)
        {
            // When the row was committed the channel had not given its id yet.
            activity.Id = row.TargetId;
            json = ActivityJson.Write(activity);
        }

        var outcome = await CallAsync(MethodOf(row.Action), conversation, activity, json, options.Value.ConnectorTimeout, cancellationToken);
        if (outcome is DeliveryOutcome.Rejected && row.Action is RowAction.Send && StreamInfo.Of(activity) is not null)
        {
            // The channel has closed the stream: it took too long, or the user has stopped it. What was committed is said all the same.
            StreamInfo.RemoveFrom(activity);
            return await CallAsync(HttpMethod.Post, conversation, activity, ActivityJson.Write(activity), options.Value.ConnectorTimeout, cancellationToken);
        }

        return outcome;
    }

    private static HttpMethod MethodOf(RowAction action) => action switch
    {
        RowAction.Send => HttpMethod.Post,
        RowAction.Update => HttpMethod.Put,
        _ => HttpMethod.Delete,
    };

    private async Task<DeliveryOutcome> CallAsync(
        HttpMethod method, ConversationKey conversation, Activity activity, ReadOnlyMemory<byte> json, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var isNew = method == HttpMethod.Post;
        var another = isNew ? activity.ReplyToId : activity.Id;
        if ((!isNew && string.IsNullOrEmpty(another))
            || ConnectorUrl.OfActivities(activity.ServiceUrl ?? "", activity.Conversation?.Id ?? conversation.Id, another) is not { } url)
        {
            return new DeliveryOutcome.Rejected($"ET3016: '{activity.ServiceUrl}' with the ids of the activity makes no address.");
        }

        if (!LoopbackRule.LeadsHere(url))
        {
            return new DeliveryOutcome.Rejected($"ET3009: {url.AbsoluteUri} does not lead to this machine, and a node without credentials calls no other.");
        }

        using var content = method == HttpMethod.Delete ? null : new ConnectorContent(json);
        using var request = new HttpRequestMessage(method, url) { Content = content };
        using var patience = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return await ConnectorAnswer.ReadAsync(response, time.GetUtcNow(), both.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            var reason = patience.IsCancellationRequested ? $"no answer within {timeout}" : exception.Message;
            // What changes an activity may come twice, and means the same.
            return isNew && content!.HasBegun
                ? new DeliveryOutcome.Ambiguous($"ET3017: {method} {url.AbsoluteUri} was sent, and its answer lost: {reason}")
                : new DeliveryOutcome.Retry(null, $"ET3017: {method} {url.AbsoluteUri} was not sent, or its answer lost: {reason}");
        }
    }

    private static HttpClient NewClient()
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            // Where a redirect leads nobody has checked.
            AllowAutoRedirect = false,
            UseCookies = false,
            // This machine is not reached by way of another.
            UseProxy = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseDrainSize = 64 * 1024,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Everturn");
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        return client;
    }

    [LoggerMessage(3004, LogLevel.Debug, "A typing indicator or preview in conversation {Conversation} was lost: {Outcome}")]
    private partial void LogEphemeralLost(string conversation, string outcome);
}
