using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Everturn.Activities;

namespace Everturn.Cli.Chat;

/// <summary>One conversation over Direct Line: messages out, activities in, whatever happens to the nodes behind it.</summary>
internal sealed class Conversation : IDisposable
{
    private const int RememberedIds = 1024;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly DirectLineCalls _calls;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _seenInOrder = new();
    private readonly string _id;
    private string _streamUrl;
    private string _watermark = "";

    private Conversation(DirectLineCalls calls, ChatUser user, string id, string streamUrl)
    {
        _calls = calls;
        User = user;
        _id = id;
        _streamUrl = streamUrl;
    }

    public ChatUser User { get; }

    public string Id => _id;

    /// <summary>How its calls are made; the token in it changes with time.</summary>
    public DirectLineCalls Calls => _calls;

    /// <exception cref="CliException">There is no Direct Line at that address, or it refuses.</exception>
    public static async Task<Conversation> StartAsync(Uri server, CancellationToken cancellationToken)
    {
        var user = new ChatUser("dl_" + Guid.NewGuid().ToString("N"), "You");
        var calls = new DirectLineCalls(server);
        try
        {
            using var request = JsonContent.Create(new TokenRequest(user), CliJson.Default.TokenRequest);
            var generated = await calls.SendAsync(HttpMethod.Post, "tokens/generate", request, CliJson.Default.TokenAnswer, failFast: true, cancellationToken);
            calls.Token = generated.Token;
            var started = await calls.SendAsync(HttpMethod.Post, "conversations", body: null, CliJson.Default.TokenAnswer, failFast: false, cancellationToken);
            calls.Token = started.Token ?? calls.Token;
            return started is { ConversationId: { } id, StreamUrl: { } url }
                ? new(calls, user, id, url)
                : throw new CliException(ErrorCodes.DirectLine, $"{calls.Base} started a conversation without an id or a stream.");
        }
        catch
        {
            calls.Dispose();
            throw;
        }
    }

    /// <summary>Sends a text; returns the id that it was given.</summary>
    /// <param name="text">The message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="requestId">What the message is known by when it is repeated; null for one of its own.</param>
    /// <param name="repeating">Told of each repetition.</param>
    public async Task<string?> SendAsync(string text, CancellationToken cancellationToken, string? requestId = null, Action? repeating = null)
    {
        using var body = JsonContent.Create(new OutgoingMessage(ActivityTypes.Message, text, User), CliJson.Default.OutgoingMessage);
        var answer = await _calls.SendAsync(
            HttpMethod.Post, ActivitiesPath, body, CliJson.Default.ResourceAnswer, failFast: false, cancellationToken, requestId, repeating);
        return answer.Id;
    }

    /// <summary>The conversation from its beginning, as the server holds it now.</summary>
    public async Task<IReadOnlyList<Activity>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var all = new List<Activity>();
        var watermark = "";
        while (true)
        {
            var path = $"{ActivitiesPath}?watermark={Uri.EscapeDataString(watermark)}";
            var page = await _calls.SendAsync(HttpMethod.Get, path, body: null, CliJson.Default.ActivitySet, failFast: false, cancellationToken);
            if (page.Activities is not { Count: > 0 } activities)
            {
                return all;
            }

            all.AddRange(activities);
            watermark = page.Watermark ?? throw new CliException(ErrorCodes.DirectLine, $"{_calls.Base} answered '{path}' without a watermark.");
        }
    }

    /// <summary>Every activity of the conversation once, in order, over as many sockets as it takes.</summary>
    public async IAsyncEnumerable<Activity> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            using var socket = new ClientWebSocket();
            if (_calls.Base.IsLoopback)
            {
                socket.Options.Proxy = null;
            }

            if (await TryConnectAsync(socket, cancellationToken))
            {
                while (await ReadFrameAsync(socket, cancellationToken) is { } frame)
                {
                    foreach (var activity in frame.Activities ?? [])
                    {
                        // A preview has the id of the message that comes behind it, and that is the one to remember.
                        if (activity.Id is null || activity.Type == ActivityTypes.Typing || Remember(activity.Id))
                        {
                            yield return activity;
                        }
                    }

                    _watermark = string.IsNullOrEmpty(frame.Watermark) ? _watermark : frame.Watermark;
                }
            }

            await Task.Delay(Pause, cancellationToken);
            var path = $"conversations/{Uri.EscapeDataString(_id)}?watermark={Uri.EscapeDataString(_watermark)}";
            var rejoined = await _calls.SendAsync(HttpMethod.Get, path, body: null, CliJson.Default.TokenAnswer, failFast: false, cancellationToken);
            _streamUrl = rejoined.StreamUrl ?? _streamUrl;
        }
    }

    /// <summary>Renews the token before it expires, until cancelled.</summary>
    public async Task KeepTokenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(RefreshInterval, cancellationToken);
            var refreshed = await _calls.SendAsync(HttpMethod.Post, "tokens/refresh", body: null, CliJson.Default.TokenAnswer, failFast: false, cancellationToken);
            _calls.Token = refreshed.Token ?? _calls.Token;
        }
    }

    public void Dispose() => _calls.Dispose();

    private string ActivitiesPath => $"conversations/{Uri.EscapeDataString(_id)}/activities";

    private async Task<bool> TryConnectAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(new Uri(_streamUrl), cancellationToken);
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }

    // Null when the socket is lost. Empty frames are the server's sign of life.
    private static async Task<ActivitySet?> ReadFrameAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var frame = new MemoryStream();
        var buffer = new byte[8192];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                frame.Write(buffer, 0, part.Count);
                if (part.EndOfMessage && frame.Length > 0)
                {
                    return JsonSerializer.Deserialize(Encoding.UTF8.GetString(frame.GetBuffer(), 0, (int)frame.Length), CliJson.Default.ActivitySet);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or JsonException)
        {
            return null;
        }
    }

    private bool Remember(string id)
    {
        if (!_seen.Add(id))
        {
            return false;
        }

        _seenInOrder.Enqueue(id);
        if (_seenInOrder.Count > RememberedIds)
        {
            _seen.Remove(_seenInOrder.Dequeue());
        }

        return true;
    }
}
