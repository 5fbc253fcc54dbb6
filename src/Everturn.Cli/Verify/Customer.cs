using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Cli.Chat;

namespace Everturn.Cli.Verify;

/// <summary>A client with one conversation: orders toppings, repeats what is not answered, and writes down all it sees.</summary>
internal sealed class Customer : IDisposable
{
    // The gateway's word for it: docs/gateway.md.
    private const string LostWithTwoNodes = "ET5003";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    private readonly Conversation _conversation;
    private readonly ConversationRecorder _recorder;
    private readonly HttpClient _straight;
    private readonly string _name;
    private readonly CancellationTokenSource _left = new();
    private readonly Task _listening;
    private int _topping;

    private Customer(Conversation conversation, string name, HttpClient straight)
    {
        _conversation = conversation;
        _name = name;
        _straight = straight;
        _recorder = new(conversation.User.Id);
        _listening = Task.WhenAll(ListenAsync(_left.Token), conversation.KeepTokenAsync(_left.Token));
    }

    public string? Node => _recorder.Node;

    public int Pending => _recorder.Pending;

    public int Posted => _recorder.Count;

    public static async Task<Customer> EnterAsync(Uri gateway, string name, HttpClient straight, CancellationToken cancellationToken) =>
        new(await Conversation.StartAsync(gateway, cancellationToken), name, straight);

    /// <summary>Orders a topping; completes when it is accepted or given up.</summary>
    /// <param name="doubledAt">A node that gets the message as well, at the same time; null for none.</param>
    /// <param name="cancellationToken">Leaves the outcome open.</param>
    public async Task OrderAsync(Uri? doubledAt, CancellationToken cancellationToken)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{_name}-{Interlocked.Increment(ref _topping)}");
        var requestId = Guid.NewGuid().ToString("N");
        _recorder.Posted(text);
        var doubled = doubledAt is null ? Task.CompletedTask : RepeatAsync(doubledAt, text, requestId, cancellationToken);
        for (var deadline = DateTime.UtcNow + Patience; !await PostAsync(text, requestId, deadline, cancellationToken);)
        {
            await Task.Delay(Interval, cancellationToken);
            _recorder.LostTwice(text);
        }

        await doubled;
    }

    // False when two nodes were lost with the message: what became of it is open, as when no answer comes at all.
    private async Task<bool> PostAsync(string text, string requestId, DateTime deadline, CancellationToken cancellationToken)
    {
        try
        {
            var id = await _conversation.SendAsync(text, cancellationToken, requestId, () => _recorder.Repeated(text));
            _recorder.Accepted(text, id ?? "");
        }
        catch (CliException exception) when (exception.Message.Contains(LostWithTwoNodes, StringComparison.Ordinal) && DateTime.UtcNow < deadline)
        {
            return false;
        }
        catch (CliException exception)
        {
            _recorder.GivenUp(text, exception.Message);
        }

        return true;
    }

    /// <summary>Waits until every message is answered; false when that takes longer than <paramref name="patience"/>.</summary>
    public async Task<bool> WaitForRepliesAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var deadline = DateTime.UtcNow + patience;
        while (Pending > 0)
        {
            if (DateTime.UtcNow > deadline)
            {
                return false;
            }

            await Task.Delay(Interval, cancellationToken);
        }

        return true;
    }

    /// <summary>Reads back what the cluster holds.</summary>
    public async Task<RecordedConversation> ReadBackAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Activity>? transcript;
        try
        {
            transcript = await _conversation.ReadAllAsync(cancellationToken);
        }
        catch (CliException)
        {
            transcript = null;
        }

        return _recorder.ToRecord(_conversation.Id, transcript);
    }

    /// <summary>Hangs up; what was written down stays.</summary>
    public async Task LeaveAsync()
    {
        await _left.CancelAsync();
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _left.Dispose();
        _conversation.Dispose();
    }

    // As a channel does that has lost patience: the same message to another node, without waiting for what became of the first.
    private async Task RepeatAsync(Uri node, string text, string requestId, CancellationToken cancellationToken)
    {
        _recorder.Repeated(text);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(node, $"v3/directline/conversations/{Uri.EscapeDataString(_conversation.Id)}/activities"));
        request.Headers.Add("Everturn-Request-Id", requestId);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _conversation.Calls.Token);
        request.Content = JsonContent.Create(new OutgoingMessage(ActivityTypes.Message, text, _conversation.User), CliJson.Default.OutgoingMessage);
        try
        {
            using var answer = await _straight.SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode && await answer.Content.ReadFromJsonAsync(CliJson.Default.ResourceAnswer, cancellationToken) is { Id: { } id })
            {
                _recorder.Accepted(text, id);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The node is dead or stands still: nobody counts on this answer.
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await foreach (var activity in _conversation.ReceiveAsync(cancellationToken))
        {
            if (activity.Type == ActivityTypes.Message)
            {
                _recorder.Seen(activity);
            }
        }
    }
}
