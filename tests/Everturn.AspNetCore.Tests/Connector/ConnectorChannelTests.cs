using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Everturn.Activities;
using Everturn.AspNetCore.Connector;
using Everturn.Conversations;
using Everturn.Delivery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore.Tests.Connector;

public sealed class ConnectorChannelTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ConversationKey Conversation = new("bot", "test", "c|1");

    [Theory]
    [InlineData(200, """{"id":"x"}""", "x")]
    [InlineData(201, """{"id":"x","more":1}""", "x")]
    [InlineData(202, "", null)]
    [InlineData(204, "", null)]
    [InlineData(200, "{}", null)]
    [InlineData(200, "null", null)]
    [InlineData(200, "[]", null)]
    [InlineData(200, "<html>", null)]
    [InlineData(200, "{\"id\":", null)]
    [InlineData(200, """{"id":5}""", null)]
    [InlineData(200, """{"id":""}""", null)]
    [InlineData(200, """{"id":"\ud83c"}""", null)]
    public async Task Success_is_delivered_with_the_id_if_there_is_one(int status, string body, string? id) =>
        Assert.Equal(new DeliveryOutcome.Delivered(id), await AnswerAsync(status, body));

    [Theory]
    [InlineData(412, typeof(DeliveryOutcome.Retry))]
    [InlineData(429, typeof(DeliveryOutcome.Retry))]
    [InlineData(502, typeof(DeliveryOutcome.Retry))]
    [InlineData(503, typeof(DeliveryOutcome.Retry))]
    [InlineData(504, typeof(DeliveryOutcome.Retry))]
    [InlineData(400, typeof(DeliveryOutcome.Rejected))]
    [InlineData(401, typeof(DeliveryOutcome.Rejected))]
    [InlineData(403, typeof(DeliveryOutcome.Rejected))]
    [InlineData(404, typeof(DeliveryOutcome.Rejected))]
    [InlineData(405, typeof(DeliveryOutcome.Rejected))]
    [InlineData(413, typeof(DeliveryOutcome.Rejected))]
    [InlineData(501, typeof(DeliveryOutcome.Rejected))]
    [InlineData(301, typeof(DeliveryOutcome.Rejected))]
    [InlineData(307, typeof(DeliveryOutcome.Rejected))]
    [InlineData(408, typeof(DeliveryOutcome.Ambiguous))]
    [InlineData(500, typeof(DeliveryOutcome.Ambiguous))]
    [InlineData(507, typeof(DeliveryOutcome.Ambiguous))]
    public async Task Failure_is_the_outcome_of_the_protocols_table(int status, Type outcome)
    {
        var actual = await AnswerAsync(status, """{"error":{"code":"Nope","message":"no"}}""");

        Assert.IsType(outcome, actual);
        Assert.Contains("ET3017", actual.ToString(), StringComparison.Ordinal);
        Assert.Contains("Nope", actual.ToString(), StringComparison.Ordinal);
        Assert.Contains("(operation op-1)", actual.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, "7", 7d)]
    [InlineData(503, "0", 0d)]
    [InlineData(503, "Fri, 02 Jan 2026 03:04:35 GMT", 30d)]
    [InlineData(503, "Fri, 02 Jan 2026 03:04:00 GMT", 0d)]
    [InlineData(429, "99999999", 86400d)]
    [InlineData(429, "Fri, 31 Dec 9999 23:59:59 GMT", 86400d)]
    [InlineData(429, "soon", null)]
    [InlineData(429, "-5", null)]
    [InlineData(429, null, null)]
    public async Task Retry_after_is_read_as_seconds_or_as_a_date(int status, string? header, double? seconds)
    {
        var outcome = Assert.IsType<DeliveryOutcome.Retry>(await AnswerAsync(status, "", header));

        Assert.Equal(seconds, outcome.After?.TotalSeconds);
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        await using var elsewhere = await ChannelServer.StartAsync();
        await using var channel = await ChannelServer.StartAsync();
        channel.Answer = context =>
        {
            context.Response.Redirect(elsewhere.ServiceUrl, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        using var connector = NewConnector();

        Assert.IsType<DeliveryOutcome.Rejected>(Assert.Single(await connector.DeliverAsync(Conversation, [Row(1, channel.ServiceUrl)], default)));
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Row_goes_out_as_its_stored_bytes()
    {
        await using var channel = await ChannelServer.StartAsync();
        using var connector = NewConnector();
        var json = $$""" { "type":"message", "serviceUrl":"{{channel.ServiceUrl}}", "x":1.50, "text":"\u00e9", "conversation":{"id":"other;1"} } """;

        await connector.DeliverAsync(Conversation, [new(new RowId(1, 0), Encoding.UTF8.GetBytes(json), "n", IsEcho: false)], default);
        var request = await channel.NextAsync();

        Assert.Equal(json, request.Text);
        Assert.Equal("/_connector/v3/conversations/other%3B1/activities", request.Target);
        Assert.Equal("application/json", request.Headers["Accept"]);
    }

    [Fact]
    public async Task Reply_goes_to_the_activity_that_it_answers()
    {
        await using var channel = await ChannelServer.StartAsync();
        using var connector = NewConnector();

        await connector.DeliverAsync(Conversation, [Row(1, channel.ServiceUrl + "/", replyTo: "a/1|x")], default);

        Assert.Equal("/_connector/v3/conversations/c%7C1/activities/a%2F1%7Cx", (await channel.NextAsync()).Target);
    }

    [Fact]
    public async Task Update_and_deletion_go_to_the_activity_that_they_change()
    {
        await using var channel = await ChannelServer.StartAsync();
        channel.Answer = _ => Task.CompletedTask;
        using var connector = NewConnector();

        var outcomes = await connector.DeliverAsync(
            Conversation, [Change(1, channel.ServiceUrl, RowAction.Update, "a/1|x"), Change(2, channel.ServiceUrl, RowAction.Delete, "a/1|x")], default);

        Assert.All(outcomes, outcome => Assert.IsType<DeliveryOutcome.Delivered>(outcome));
        var (update, deletion) = (await channel.NextAsync(), await channel.NextAsync());
        Assert.Equal(("PUT", "/_connector/v3/conversations/c%7C1/activities/a%2F1%7Cx"), (update.Method, update.Target));
        Assert.Equal(("a/1|x", "text 1"), (update.Activity.Id, update.Activity.Text));
        Assert.Equal(("DELETE", "/_connector/v3/conversations/c%7C1/activities/a%2F1%7Cx", ""), (deletion.Method, deletion.Target, deletion.Text));
    }

    [Fact]
    public async Task Update_of_an_id_that_was_known_at_the_commit_goes_out_as_its_stored_bytes()
    {
        await using var channel = await ChannelServer.StartAsync();
        using var connector = NewConnector();
        var json = $$""" { "type":"message", "id":"x1", "serviceUrl":"{{channel.ServiceUrl}}", "x":1.50 } """;

        await connector.DeliverAsync(
            Conversation, [new(new RowId(1, 0), Encoding.UTF8.GetBytes(json), "n", IsEcho: false) { Action = RowAction.Update, TargetId = "x1" }], default);

        Assert.Equal(json, (await channel.NextAsync()).Text);
    }

    [Theory]
    [InlineData(200, typeof(DeliveryOutcome.Delivered))]
    [InlineData(204, typeof(DeliveryOutcome.Delivered))]
    [InlineData(404, typeof(DeliveryOutcome.Rejected))]
    [InlineData(405, typeof(DeliveryOutcome.Rejected))]
    [InlineData(501, typeof(DeliveryOutcome.Rejected))]
    [InlineData(412, typeof(DeliveryOutcome.Retry))]
    [InlineData(429, typeof(DeliveryOutcome.Retry))]
    [InlineData(408, typeof(DeliveryOutcome.Ambiguous))]
    [InlineData(500, typeof(DeliveryOutcome.Ambiguous))]
    [InlineData(0, typeof(DeliveryOutcome.Retry))]
    public async Task Change_is_in_doubt_only_when_the_channel_has_failed_at_it(int status, Type expected)
    {
        await using var channel = await ChannelServer.StartAsync();
        channel.Answer = context =>
        {
            if (status == 0)
            {
                context.Abort();
            }

            context.Response.StatusCode = status == 0 ? 200 : status;
            return Task.CompletedTask;
        };
        using var connector = NewConnector();

        foreach (var action in new[] { RowAction.Update, RowAction.Delete })
        {
            Assert.IsType(expected, Assert.Single(await connector.DeliverAsync(Conversation, [Change(1, channel.ServiceUrl, action, "x1")], default)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    public async Task Change_of_an_id_that_makes_no_address_is_rejected(string id)
    {
        await using var channel = await ChannelServer.StartAsync();
        using var connector = NewConnector();

        var outcome = Assert.Single(await connector.DeliverAsync(Conversation, [Change(1, channel.ServiceUrl, RowAction.Delete, id)], default));

        Assert.Contains("ET3016", Assert.IsType<DeliveryOutcome.Rejected>(outcome).Reason, StringComparison.Ordinal);
        Assert.Empty(channel.Requests);
    }

    [Fact]
    public async Task Rows_are_delivered_in_order_up_to_the_first_failure()
    {
        await using var channel = await ChannelServer.StartAsync();
        channel.Answer = context =>
        {
            context.Response.StatusCode = channel.Requests.Count == 3 ? 503 : 200;
            return Task.CompletedTask;
        };
        using var connector = NewConnector();

        var outcomes = await connector.DeliverAsync(Conversation, [.. Enumerable.Range(1, 5).Select(n => Row(n, channel.ServiceUrl))], default);

        Assert.Collection(
            outcomes,
            first => Assert.IsType<DeliveryOutcome.Delivered>(first),
            second => Assert.IsType<DeliveryOutcome.Delivered>(second),
            third => Assert.IsType<DeliveryOutcome.Retry>(third));
        Assert.Equal(["text 1", "text 2", "text 3"], channel.Requests.Select(request => request.Activity.Text!).ToArray());
    }

    [Fact]
    public async Task Trace_is_for_the_emulator_alone()
    {
        await using var channel = await ChannelServer.StartAsync();
        using var connector = NewConnector();

        var outcomes = await connector.DeliverAsync(
            Conversation, [Row(1, channel.ServiceUrl, type: "trace"), Row(2, channel.ServiceUrl, type: "trace", channelId: "emulator")], default);

        Assert.Equal([new DeliveryOutcome.Delivered(null), new DeliveryOutcome.Delivered("given")], outcomes);
        Assert.Equal("text 2", Assert.Single(channel.Requests).Activity.Text);
    }

    [Fact]
    public async Task Channel_that_cannot_be_reached_is_tried_again()
    {
        using var connector = NewConnector();

        var outcome = Assert.Single(await connector.DeliverAsync(Conversation, [Row(1, $"http://127.0.0.1:{FreePort()}")], default));

        Assert.IsType<DeliveryOutcome.Retry>(outcome);
    }

    [Fact]
    public async Task Channel_that_does_not_answer_in_time_leaves_the_row_ambiguous()
    {
        await using var channel = await ChannelServer.StartAsync();
        channel.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var connector = NewConnector(new() { ConnectorTimeout = TimeSpan.FromMilliseconds(200) });

        var outcome = Assert.Single(await connector.DeliverAsync(Conversation, [Row(1, channel.ServiceUrl)], default));

        Assert.Contains("no answer within", Assert.IsType<DeliveryOutcome.Ambiguous>(outcome).Reason, StringComparison.Ordinal);
        Assert.Single(channel.Requests);
    }

    [Fact]
    public async Task Connection_lost_after_sending_leaves_the_row_ambiguous()
    {
        await using var channel = await ChannelServer.StartAsync();
        channel.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        using var connector = NewConnector();

        Assert.IsType<DeliveryOutcome.Ambiguous>(Assert.Single(await connector.DeliverAsync(Conversation, [Row(1, channel.ServiceUrl)], default)));
        Assert.Single(channel.Requests);
    }

    [Fact]
    public async Task Success_whose_body_does_not_end_is_delivered_all_the_same()
    {
        await using var channel = await ChannelServer.StartAsync();
        channel.Answer = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{\"id\":");
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var connector = NewConnector(new() { ConnectorTimeout = TimeSpan.FromSeconds(1) });

        Assert.Equal(new DeliveryOutcome.Delivered(null), Assert.Single(await connector.DeliverAsync(Conversation, [Row(1, channel.ServiceUrl)], default)));
    }

    [Fact]
    public async Task Endless_body_is_not_read_to_its_end()
    {
        await using var channel = await ChannelServer.StartAsync();
        channel.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(new string('x', 10_000), context.RequestAborted);
            }
        };
        using var connector = NewConnector();

        Assert.Equal(new DeliveryOutcome.Delivered(null), Assert.Single(await connector.DeliverAsync(Conversation, [Row(1, channel.ServiceUrl)], default)));
    }

    [Fact]
    public async Task Cancelled_wait_keeps_the_outcomes_that_are_known()
    {
        await using var channel = await ChannelServer.StartAsync();
        using var cancel = new CancellationTokenSource();
        channel.Answer = async context =>
        {
            if (channel.Requests.Count == 2)
            {
                await cancel.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        };
        using var connector = NewConnector();

        var outcomes = await connector.DeliverAsync(Conversation, [Row(1, channel.ServiceUrl), Row(2, channel.ServiceUrl), Row(3, channel.ServiceUrl)], cancel.Token);

        Assert.Collection(
            outcomes,
            first => Assert.IsType<DeliveryOutcome.Delivered>(first),
            second => Assert.IsType<DeliveryOutcome.Ambiguous>(second));
    }

    [Fact]
    public async Task Wait_cancelled_beforehand_sends_nothing()
    {
        await using var channel = await ChannelServer.StartAsync();
        using var connector = NewConnector();

        var outcome = Assert.Single(await connector.DeliverAsync(Conversation, [Row(1, channel.ServiceUrl)], new CancellationToken(canceled: true)));

        Assert.IsType<DeliveryOutcome.Retry>(outcome);
        Assert.Empty(channel.Requests);
    }

    [Theory]
    [InlineData("http://10.0.0.1/", "ET3009")]
    [InlineData("https://smba.trafficmanager.net/emea", "ET3009")]
    [InlineData("http://localhost.example.com", "ET3009")]
    [InlineData("urn:x", "ET3016")]
    [InlineData("", "ET3016")]
    [InlineData("http://u@localhost/", "ET3016")]
    public async Task Service_url_that_does_not_lead_here_is_rejected(string serviceUrl, string code)
    {
        using var connector = NewConnector();

        var outcome = Assert.Single(await connector.DeliverAsync(Conversation, [Row(1, serviceUrl)], default));

        Assert.Contains(code, Assert.IsType<DeliveryOutcome.Rejected>(outcome).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_that_cannot_be_read_is_rejected()
    {
        using var connector = NewConnector();

        var outcome = Assert.Single(await connector.DeliverAsync(Conversation, [new(new RowId(1, 0), "{"u8.ToArray(), "n", IsEcho: false)], default));

        Assert.Contains("ET3016", Assert.IsType<DeliveryOutcome.Rejected>(outcome).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:1", true)]
    [InlineData("HTTPS://smba.trafficmanager.net/emea/", true)]
    [InlineData("urn:everturn:directline", false)]
    [InlineData("ftp://h", false)]
    [InlineData("", false)]
    public void Http_and_https_are_served(string serviceUrl, bool serves)
    {
        using var connector = NewConnector();

        Assert.Equal(serves, connector.Serves("test", serviceUrl));
    }

    [Theory]
    [InlineData("msteams", 1500)]
    [InlineData("msteams:COPILOT", 1500)]
    [InlineData("webchat", 500)]
    [InlineData("slack", null)]
    public void Previews_are_for_channels_that_show_streams(string channelId, int? milliseconds)
    {
        using var connector = NewConnector();

        Assert.Equal(milliseconds, connector.PreviewInterval(channelId)?.TotalMilliseconds);
    }

    [Fact]
    public async Task Preview_is_posted_without_an_id_and_the_channel_names_the_stream()
    {
        await using var channel = await ChannelServer.StartAsync();
        using var connector = NewConnector();

        Assert.Equal("given", await connector.SendPreviewAsync(Conversation, Preview("words", streamId: null), default));
        var request = await channel.NextAsync();
        Assert.Equal((null, "words", new StreamInfo(null, 1, "streaming")), (request.Activity.Id, request.Activity.Text, StreamInfo.Of(request.Activity)));
        Assert.Null(await connector.SendPreviewAsync(Conversation, Preview(text: null, streamId: null), default));
        channel.Answer = context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        };
        Assert.Null(await connector.SendPreviewAsync(Conversation, Preview("more", "given"), default));

        Assert.Equal(["more"], channel.Requests.Select(again => again.Activity.Text!));

        Activity Preview(string? text, string? streamId)
        {
            var preview = new Activity { Type = "typing", Id = "key", ServiceUrl = channel.ServiceUrl, Text = text };
            new StreamInfo(streamId, 1, StreamTypes.Streaming).ApplyTo(preview);
            return preview;
        }
    }

    [Fact]
    public async Task Message_whose_stream_the_channel_has_closed_is_sent_as_an_ordinary_one()
    {
        await using var channel = await ChannelServer.StartAsync();
        using var connector = NewConnector();
        var answer = channel.Answer;
        channel.Answer = async context =>
        {
            if (channel.Requests.Count == 1)
            {
                context.Response.StatusCode = 403;
                await context.Response.WriteAsync("""{"error":{"code":"ContentStreamNotAllowed"}}""");
                return;
            }

            await answer(context);
        };
        var message = new Activity { Type = "message", Text = "said", ServiceUrl = channel.ServiceUrl };
        new StreamInfo("given-before", null, StreamTypes.Final).ApplyTo(message);

        var outcomes = await connector.DeliverAsync(Conversation, [new(new RowId(1, 0), ActivityJson.Write(message), "n", IsEcho: false)], default);

        Assert.Equal(new DeliveryOutcome.Delivered("given"), Assert.Single(outcomes));
        Assert.Equal(["final", null], channel.Requests.Select(request => StreamInfo.Of(request.Activity)?.Type));
        Assert.Equal(["said", "said"], channel.Requests.Select(request => request.Activity.Text!));
    }

    [Fact]
    public async Task Ephemeral_activity_is_posted_and_its_failure_is_nobodys_concern()
    {
        await using var channel = await ChannelServer.StartAsync();
        using var connector = NewConnector();
        var typing = new Activity { Type = "typing", ServiceUrl = channel.ServiceUrl };

        await connector.SendEphemeralAsync(Conversation, typing, default);
        channel.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await connector.SendEphemeralAsync(Conversation, typing, default);
        typing.ServiceUrl = $"http://127.0.0.1:{FreePort()}";
        await connector.SendEphemeralAsync(Conversation, typing, default);

        Assert.Equal(["typing", "typing"], channel.Requests.Select(request => request.Activity.Type!).ToArray());
    }

    [Fact]
    public async Task Connections_are_kept_between_deliveries()
    {
        await using var channel = await ChannelServer.StartAsync();
        var ports = new HashSet<int>();
        channel.Answer = context =>
        {
            ports.Add(context.Connection.RemotePort);
            return Task.CompletedTask;
        };
        using var connector = NewConnector();

        await connector.DeliverAsync(Conversation, [.. Enumerable.Range(1, 10).Select(n => Row(n, channel.ServiceUrl))], default);

        Assert.Single(ports);
    }

    private static async Task<DeliveryOutcome> AnswerAsync(int status, string body, string? retryAfter = null)
    {
        await using var channel = await ChannelServer.StartAsync();
        channel.Answer = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers["X-Correlating-OperationId"] = "op-1";
            context.Response.Headers.RetryAfter = retryAfter;
            if (body.Length > 0)
            {
                await context.Response.WriteAsync(body);
            }
        };
        using var connector = NewConnector();
        return Assert.Single(await connector.DeliverAsync(Conversation, [Row(1, channel.ServiceUrl)], default));
    }

    private static ConnectorChannel NewConnector(EverturnHostOptions? options = null) =>
        new(Options.Create(options ?? new()), new FixedClock(), NullLogger<ConnectorChannel>.Instance);

    private static OutboxRow Row(int number, string serviceUrl, string? replyTo = null, string type = "message", string channelId = "test") => new(
        new RowId(number, 0),
        ActivityJson.Write(new()
        {
            Type = type,
            ChannelId = channelId,
            Text = string.Create(CultureInfo.InvariantCulture, $"text {number}"),
            ServiceUrl = serviceUrl,
            ReplyToId = replyTo,
        }),
        "node-1",
        IsEcho: false);

    private static OutboxRow Change(int number, string serviceUrl, RowAction action, string id) =>
        Row(number, serviceUrl) with { Action = action, TargetRow = new RowId(1, 0), TargetId = id };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
