using System.Globalization;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Conversations;

/// <summary>The conversations that have begun and not ended, for those who speak there unasked.</summary>
internal sealed class KnownConversations(TurnEngine engine, NodeContext node) : IConversations
{
    private const int MaxKeyLength = 256;
    private const string DefaultName = "ContinueConversation";

    /// <inheritdoc />
    public Task<Acceptance> ContinueAsync(ConversationReference reference, string idempotencyKey, CancellationToken cancellationToken = default) =>
        BeginAsync(reference, idempotencyKey, DefaultName, value: null, cancellationToken);

    /// <inheritdoc />
    public Task<Acceptance> ContinueAsync<T>(
        ConversationReference reference, string idempotencyKey, string name, T value, CancellationToken cancellationToken = default) =>
        BeginAsync(reference, idempotencyKey, name, JsonSerializer.SerializeToElement(value, JsonSerializerOptions.Web), cancellationToken);

    /// <inheritdoc />
    public async Task<Acceptance> SendAsync(
        ConversationReference reference, string idempotencyKey, Activity activity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(activity);
        var conversation = Check(reference, idempotencyKey);
        var copy = ActivityJson.Read(OutgoingActivity.Write(activity, node.Options.MaxActivityBytes)).ApplyConversationReference(reference);
        copy.Type ??= ActivityTypes.Message;
        // It answers nothing.
        copy.ReplyToId = activity.ReplyToId;
        var json = OutgoingActivity.Write(copy, node.Options.MaxActivityBytes);
        var identity = ActivityIdentity.OfSending(idempotencyKey);
        return await CommitAsync(
            conversation,
            identity,
            () => new Operation.Send(identity, json, node.Options.Node, node.Incarnation, node.Options.LeaseDuration, node.Bounds, node.Time.GetUtcNow()) { MustBeAlive = true },
            cancellationToken);
    }

    private async Task<Acceptance> BeginAsync(
        ConversationReference reference, string idempotencyKey, string name, JsonElement? value, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var conversation = Check(reference, idempotencyKey);
        var activity = new Activity
        {
            Type = ActivityTypes.Event,
            Id = $"continue-{idempotencyKey}",
            Timestamp = node.Time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            Name = name,
            Value = value,
        }.ApplyConversationReference(reference, isIncoming: true);
        var json = OutgoingActivity.Write(activity, node.Options.MaxActivityBytes);
        var identity = ActivityIdentity.OfContinuation(idempotencyKey);
        return await CommitAsync(
            conversation,
            identity,
            () => new Operation.Accept(identity, json, User: null, EchoBy: null, node.Incarnation, node.Options.LeaseDuration, node.Bounds, node.Time.GetUtcNow())
            {
                Member = Membership.SenderOf(json),
                MustBeAlive = true,
            },
            cancellationToken);
    }

    private ConversationKey Check(ConversationReference reference, string idempotencyKey)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (string.IsNullOrEmpty(idempotencyKey) || idempotencyKey.Length > MaxKeyLength)
        {
            throw new ArgumentException($"ET1047: an idempotency key has 1 to {MaxKeyLength} characters; this one has {idempotencyKey?.Length ?? 0}.", nameof(idempotencyKey));
        }

        var key = new ConversationKey(node.Options.Bot, reference.ChannelId ?? "", reference.Conversation?.Id ?? "");
        if (!key.IsValid() || string.IsNullOrEmpty(reference.ServiceUrl))
        {
            throw new ArgumentException(
                $"ET1048: a conversation reference needs channelId ('{reference.ChannelId}'), conversation.id ('{reference.Conversation?.Id}') and serviceUrl ('{reference.ServiceUrl}').",
                nameof(reference));
        }

        return node.Channels.For(key.Channel, reference.ServiceUrl) is not null ? key : throw new ArgumentException(
            $"ET1048: no channel of this node serves '{reference.ServiceUrl}' for '{key.Channel}'. Use the reference of an activity that came here.", nameof(reference));
    }

    private Task<Acceptance> CommitAsync(ConversationKey conversation, ActivityIdentity identity, Func<Operation> operation, CancellationToken cancellationToken)
    {
        if (node.Stopping.IsCancellationRequested)
        {
            throw new ConversationUnavailableException("ET1012: the node is stopping.");
        }

        var deadline = new Deadline(node.Time, node.Options.TurnDeadline);
        return engine.UseAsync(conversation, committer => CommitAsync(committer, identity, operation, deadline)).WaitAsync(cancellationToken);
    }

    private async Task<Acceptance> CommitAsync(Committer committer, ActivityIdentity identity, Func<Operation> operation, Deadline deadline)
    {
        while (true)
        {
            var outcome = await committer.CommitAsync([operation()], deadline);
            var isThere = outcome is CommitOutcome.Refused(Refusal.Duplicate, _);
            if (isThere)
            {
                // What a read shows counts when a write of our own has made it certain.
                outcome = await committer.CommitAsync([], deadline);
            }

            switch (outcome)
            {
                case CommitOutcome.Committed when !isThere:
                    return Acceptance.Accepted;
                case CommitOutcome.Committed(var written) when written.Record.Knows(identity):
                    return Acceptance.AlreadyAccepted;
                case CommitOutcome.Committed:
                    // The write that was read has vanished.
                    continue;
                case CommitOutcome.Refused(Refusal.NoConversation, _):
                    return Acceptance.UnknownConversation;
                case CommitOutcome.Refused(var refusal, _):
                    throw new ConversationUnavailableException($"ET1050: too much waits in the conversation ({refusal}), so the call had no effect. Repeat it later with the same key.");
                case CommitOutcome.TooLarge(var bytes, var most):
                    throw new ConversationUnavailableException(
                        $"ET1050: it would make the conversation record {bytes} bytes; at most {most} are allowed. The call had no effect. Repeat it later with the same key.");
                case CommitOutcome.Unreadable(var reason):
                    throw new ConversationUnavailableException($"ET1049: this node cannot read the conversation: {reason} Repeat the call with the same key, on another node.");
                case CommitOutcome.TimedOut(var reason):
                    throw new ConversationUnavailableException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"ET1049: nobody knows whether the call took effect; no answer within {node.Options.TurnDeadline.TotalSeconds:0.#} s: {reason.TrimEnd('.')}. Repeat it with the same key."));
            }
        }
    }
}
