using System.Collections.Immutable;
using System.Globalization;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Turns;
using FsCheck;
using FsCheck.Fluent;

namespace Everturn.Tests.Conversations;

/// <summary>Properties of the one function by which records change, over every pair of operations in either order.</summary>
public sealed class TransitionTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private static readonly ReadOnlyMemory<byte> RowActivity = "{\"type\":\"message\"}"u8.ToArray();
    private static readonly RecordBounds Bounds = new(
        InboxRetention: TimeSpan.FromMinutes(15),
        InboxCapacity: 12,
        OutboxCapacity: 8,
        QueueCapacity: 3,
        TimerCapacity: 3,
        ActivityIdCapacity: 2,
        Expiry: TimeSpan.FromSeconds(10),
        TombstoneRetention: TimeSpan.FromHours(24));

    public static TheoryData<Kind, Kind> Pairs => new(
        from first in Enum.GetValues<Kind>() from second in Enum.GetValues<Kind>() select (first, second));

    public enum Kind
    {
        Turn,
        QueuedTurn,
        Accept,
        Send,
        Attempt,
        Bury,
        Fire,
        Step,
        End,
        Forget,
        Tend,
        Release,
        Confirm,
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_loses_nothing_and_resurrects_nothing(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, refusedA) = Transition.Apply(before, a);
            var (after, refusedB) = Transition.Apply(middle, b);

            var owed = new Owed(before);
            owed.Expect(before, a, refusedA);
            owed.Expect(middle, b, refusedB);
            return owed.Matches(after)
                && after.Outbox.Select(row => row.Id).SequenceEqual(after.Outbox.Select(row => row.Id).Order());
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_forgets_no_activity_that_it_knows(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, refusedA) = Transition.Apply(before, a);
            var (after, refusedB) = Transition.Apply(middle, b);

            return Activities(12).Where(before.Knows).All(after.Knows)
                && Told(a, refusedA).Concat(Told(b, refusedB)).All(after.Knows);
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_never_counts_attempts_down_and_keeps_the_first_result(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, _) = Transition.Apply(before, a);
            var (after, _) = Transition.Apply(middle, b);

            return before.Queue.All(queued => after.Queue.All(later => later.Identity != queued.Identity || later.Attempts >= queued.Attempts))
                && before.Journal.All(entry => after.Inbox.Contains(entry.Identity) || IsErased(a, b)
                    || after.ResultOf(entry.Identity, entry.Name) is { } result && result.Span.SequenceEqual(entry.Result.Span));
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_keeps_every_target_of_what_it_owes_within_reach(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, _) = Transition.Apply(before, a);
            var (after, refusal) = Transition.Apply(middle, b);

            // What a confirmation without a name leaves behind is nobody's fault; all else must be found by the row that waits for it.
            var lost = b is Operation.Confirm confirm && refusal is Refusal.None
                ? confirm.Rows.Where(row => row.ActivityId is null).Select(row => row.Id).ToHashSet()
                : [];
            return Waiting(after).Where(target => IsWithinReach(middle, target) || IsNewIn(b, refusal, target))
                .All(target => IsWithinReach(after, target) || lost.Contains(target));

            static IEnumerable<RowId> Waiting(ConversationRecord record) =>
                record.Outbox.Where(row => row.TargetId is null).Select(row => row.TargetRow).OfType<RowId>();

            static bool IsWithinReach(ConversationRecord record, RowId row) => record.IdOf(row) is not null || record.Outbox.Any(owed => owed.Id == row && owed.Action is RowAction.Send);

            static bool IsNewIn(Operation operation, Refusal refusal, RowId row) => Committed(operation, refusal).Any(effect => effect.Awaited.Contains(row));
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_remembers_only_what_was_confirmed_and_no_more_than_it_may(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, _) = Transition.Apply(before, a);
            var (after, refusal) = Transition.Apply(middle, b);

            var confirmed = b is Operation.Confirm confirm && refusal is Refusal.None ? confirm.Rows.Select(row => row.Id).ToHashSet() : [];
            var waitedFor = after.Outbox.Select(row => row.TargetRow).OfType<RowId>().Distinct().Count();
            return after.Sent.All(sent => sent.Id == NameOf(sent.Row) && (middle.Sent.Contains(sent) || confirmed.Contains(sent.Row)))
                && after.Sent.Select(sent => sent.Row).Distinct().Count() == after.Sent.Length
                && after.Sent.Length <= Bounds.ActivityIdCapacity + waitedFor
                && (b is not Operation.End || refusal is not Refusal.None || after.Sent.IsEmpty)
                && (b is Operation.End or Operation.Confirm || after.Sent.SequenceEqual(middle.Sent));
        });

    [Fact]
    public void Result_of_a_call_does_not_bring_a_conversation_back_that_has_ended_since()
    {
        var ended = ConversationRecord.New(new byte[Inbox.KeyBytes]) with { Stamp = "end", EndedUntil = DateTimeOffset.UnixEpoch.AddDays(1) };

        var (after, refusal) = Transition.Apply(
            ended, new Operation.Step(ActivityIdentity.OfSending("x"), "charge", "1"u8.ToArray(), "before", Claim: null, Bounds, DateTimeOffset.UnixEpoch));
        var (anew, _) = Transition.Apply(
            ended, new Operation.Step(ActivityIdentity.OfSending("x"), "charge", "1"u8.ToArray(), "end", Claim: null, Bounds, DateTimeOffset.UnixEpoch));

        Assert.Equal(Refusal.RevisionMoved, refusal);
        Assert.NotNull(after.EndedUntil);
        Assert.Null(anew.EndedUntil);
    }

    [Fact]
    public void Confirmation_names_what_it_strikes_the_newest_and_what_is_waited_for()
    {
        var record = ConversationRecord.New(new byte[Inbox.KeyBytes]);
        record = Transition.Apply(record, TurnOf(0, [1], rows: 3, "a")).Record;
        var update = new OutboxRow(new RowId(2, 0), RowActivity, "a", IsEcho: false) { Action = RowAction.Update, TargetRow = new RowId(1, 0) };
        var turn = TurnOf(1, [2], rows: 0, "a");
        turn = turn with { Effects = [turn.Effects[0] with { Rows = [update], Awaited = [new RowId(1, 0)] }] };
        record = Transition.Apply(record, turn).Record;

        var waiting = Transition.Apply(record, Confirm(new RowId(1, 0), new RowId(1, 1), new RowId(1, 2))).Record;
        var repeated = Transition.Apply(waiting, new Operation.Confirm("b", [new(new RowId(1, 1), "another")], Bounds, Now)).Record;
        var done = Transition.Apply(waiting, Confirm(new RowId(2, 0))).Record;

        Assert.Equal([new(new RowId(1, 0), "channel-1.0"), new(new RowId(1, 1), "channel-1.1"), new(new RowId(1, 2), "channel-1.2")], waiting.Sent);
        Assert.Equal(waiting.Sent, repeated.Sent);
        Assert.Equal([new(new RowId(1, 1), "channel-1.1"), new(new RowId(1, 2), "channel-1.2")], done.Sent);
        Assert.Empty(done.Outbox);

        static Operation.Confirm Confirm(params RowId[] rows) => new("a", [.. rows.Select(row => new DeliveredRow(row, NameOf(row)))], Bounds, Now);
    }

    [Fact]
    public void Confirmation_makes_no_record_larger_however_long_the_name_is()
    {
        var record = Transition.Apply(ConversationRecord.New(new byte[Inbox.KeyBytes]), TurnOf(0, [1], rows: 1, "a")).Record;

        var after = Transition.Apply(record, new Operation.Confirm("a", [new(new RowId(1, 0), new string('ж', 20))], Bounds, Now)).Record;

        Assert.Empty(after.Sent);
        Assert.Empty(after.Outbox);
    }

    [Fact]
    public void Turn_that_waits_for_a_name_that_was_forgotten_since_is_run_again()
    {
        var record = Transition.Apply(ConversationRecord.New(new byte[Inbox.KeyBytes]), TurnOf(0, [1], rows: 1, "a")).Record;
        var turn = TurnOf(1, [2], rows: 0, "a");
        turn = turn with { Effects = [turn.Effects[0] with { Awaited = [new RowId(1, 0)] }] };
        var nameless = Transition.Apply(record, new Operation.Confirm("a", [new(new RowId(1, 0), null)], Bounds, Now)).Record;

        Assert.Equal(Refusal.None, Transition.Apply(record, turn).Refusal);
        Assert.Equal(Refusal.RevisionMoved, Transition.Apply(nameless, turn).Refusal);
    }

    [Fact]
    public void Turn_that_ran_before_another_node_began_the_conversation_is_run_again()
    {
        var (ours, theirs) = (ConversationRecord.New(new byte[Inbox.KeyBytes]), ConversationRecord.New(Enumerable.Repeat((byte)1, Inbox.KeyBytes).ToArray()));
        var accept = new Operation.Accept(Identity(5), "{}"u8.ToArray(), User: null, EchoBy: null, Tender: null, Lease, Bounds, Now);
        var turn = TurnOf(0, [1], rows: 1, "a") with { BaseStamp = ours.Stamp };

        Assert.NotEqual(ours.Tag, theirs.Tag);
        Assert.Equal(Refusal.None, Transition.Apply(Transition.Apply(ours, accept).Record, turn).Refusal);
        Assert.Equal(Refusal.RevisionMoved, Transition.Apply(Transition.Apply(theirs, accept).Record, turn).Refusal);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_ends_only_what_owes_nothing(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, _) = Transition.Apply(before, a);
            var (after, refusal) = Transition.Apply(middle, b);

            return b is not Operation.End end || refusal is not Refusal.None
                || (middle.Outbox.IsEmpty && middle.Queue.IsEmpty && (end.IsErasure || (middle.Timers.IsEmpty && middle.Journal.IsEmpty))
                    && (end.OnlyOf is null || middle.IsOnlyOf(end.OnlyOf))
                    && after.State.Count == 0 && after.Timers.IsEmpty && after.Journal.IsEmpty && after.Members.IsEmpty && after.Revision == middle.Revision && after.Stamp != middle.Stamp && after.Lease.Term == middle.Lease.Term);
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_begins_no_conversation_by_what_is_said_unasked(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, _) = Transition.Apply(before, a);
            var (_, refusal) = Transition.Apply(middle, b);

            return b is not (Operation.Accept { MustBeAlive: true } or Operation.Send { MustBeAlive: true })
                || (refusal is Refusal.NoConversation) == (!middle.IsAlive && !middle.Knows(b is Operation.Accept accept ? accept.Identity : ((Operation.Send)b).Identity));
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_knows_its_members_until_they_are_forgotten(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, refusedA) = Transition.Apply(before, a);
            var (after, refusedB) = Transition.Apply(middle, b);

            return Follows(before, a, refusedA, middle) && Follows(middle, b, refusedB, after);

            static bool Follows(ConversationRecord earlier, Operation operation, Refusal refusal, ConversationRecord later) => operation switch
            {
                _ when refusal is not Refusal.None => true,
                Operation.End => later.Members.IsEmpty,
                Operation.Forget forget => !later.Concerns(new("bot", "test", forget.Member))
                    && later.Members.SequenceEqual(earlier.Members.Where(member => member != forget.Member))
                    && StoredState.Shared(later.State).Count == StoredState.Shared(earlier.State).Count,
                Operation.Turn turn => later.Members.SequenceEqual(earlier.Members.Concat(turn.Effects.Select(effect => effect.Member!)).Distinct()),
                Operation.Accept accept => later.Members.SequenceEqual(earlier.Members.Append(accept.Member!).Distinct()),
                _ => later.Members == earlier.Members,
            };
        });

    [Fact]
    public void Members_beyond_the_bound_make_room_in_the_order_in_which_they_came()
    {
        var members = Enumerable.Range(0, Membership.Most + 2).Aggregate(
            ImmutableArray<string>.Empty, (members, at) => members.With(at.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal(Membership.Most, members.Length);
        Assert.Equal("2", members[0]);
        Assert.Equal(members, members.With("2"));
        Assert.Equal(members, members.With(null));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_counts_turns_and_remembers_their_activities(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, refusedA) = Transition.Apply(before, a);
            var (after, refusedB) = Transition.Apply(middle, b);
            var effects = Committed(a, refusedA).Concat(Committed(b, refusedB)).ToArray();

            return after.Revision == before.Revision + effects.Length
                && effects.All(effect => after.Inbox.Contains(effect.Identity))
                && Activities(12).Where(before.Inbox.Contains).All(after.Inbox.Contains)
                && effects.Select(effect => effect.Identity).Distinct().Count() == effects.Length;
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_never_lowers_the_term_and_keeps_one_owner(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, _) = Transition.Apply(before, a);
            var (after, _) = Transition.Apply(middle, b);

            return Follows(before, middle) && Follows(middle, after);

            // Another owner means another term, and a released lease is not anybody's.
            static bool Follows(ConversationRecord earlier, ConversationRecord later) =>
                later.Lease.Term >= earlier.Lease.Term
                && (later.Lease.Owner is null || later.Lease.Owner == earlier.Lease.Owner || later.Lease.Term > earlier.Lease.Term);
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_leaves_a_record_that_is_due_just_when_something_is_to_be_done(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, _) = Transition.Apply(before, a);
            var (after, _) = Transition.Apply(middle, b);

            var isEmpty = after.Outbox.IsEmpty && after.Queue.IsEmpty && after.Timers.IsEmpty;
            return after.Due is null == (isEmpty && after.Expires is null && after.EndedUntil is null) && (!isEmpty || after.Lease.Owner is null);
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_refused_changes_nothing(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (middle, refusedA) = Transition.Apply(before, a);
            var (after, refusedB) = Transition.Apply(middle, b);

            return (refusedA is Refusal.None || ReferenceEquals(before, middle)) && (refusedB is Refusal.None || ReferenceEquals(middle, after));
        });

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Apply_pair_survives_storage(Kind first, Kind second) =>
        ForAll(first, second, (before, a, b) =>
        {
            var (direct, _) = Transition.Apply(Transition.Apply(before, a).Record, b);
            var stored = RecordFormat.Read(RecordFormat.Write(Transition.Apply(RecordFormat.Read(RecordFormat.Write(before)), a).Record));

            return RecordFormat.Write(direct).AsSpan().SequenceEqual(RecordFormat.Write(Transition.Apply(stored, b).Record));
        });

    [Fact]
    public void Turn_of_the_same_base_is_committed_once() =>
        ForAll(Kind.Turn, Kind.Turn, (before, a, b) =>
        {
            var (one, two) = ((Operation.Turn)a, (Operation.Turn)b with { BaseRevision = ((Operation.Turn)a).BaseRevision, BaseStamp = ((Operation.Turn)a).BaseStamp });
            var (middle, first) = Transition.Apply(before, one);
            var (_, second) = Transition.Apply(middle, two);

            return first is not Refusal.None || second is not Refusal.None;
        });

    [Fact]
    public void Turn_on_another_revision_of_the_same_number_is_refused()
    {
        var seen = Transition.Apply(ConversationRecord.New(new byte[Inbox.KeyBytes]), TurnOf(0, [1], 0, "a") with { Stamp = "lost" }).Record;
        var kept = Transition.Apply(ConversationRecord.New(new byte[Inbox.KeyBytes]), TurnOf(0, [2], 0, "b") with { Stamp = "kept" }).Record;
        var turn = TurnOf(1, [3], 0, "a") with { BaseStamp = seen.Stamp };

        Assert.Equal(Refusal.None, Transition.Apply(seen, turn).Refusal);
        Assert.Equal(Refusal.RevisionMoved, Transition.Apply(kept, turn).Refusal);
    }

    [Fact]
    public void Turn_repeated_is_a_duplicate_however_often_the_record_has_changed()
    {
        var record = ConversationRecord.New(new byte[Inbox.KeyBytes]);
        var turn = TurnOf(record.Revision, [1], rows: 1, "a");
        record = Transition.Apply(record, turn).Record;
        record = Transition.Apply(record, TurnOf(record.Revision, [2], rows: 1, "b")).Record;

        Assert.Equal(Refusal.Duplicate, Transition.Apply(record, turn).Refusal);
    }

    [Fact]
    public void Inbox_forgets_only_what_is_older_than_the_retention()
    {
        var record = Transition.Apply(ConversationRecord.New(new byte[Inbox.KeyBytes]), TurnOf(0, [1], 0, "a")).Record;

        var later = Transition.Apply(record, TurnOf(1, [2], 0, "a") with { Now = Now + Bounds.InboxRetention }).Record;
        var muchLater = Transition.Apply(later, TurnOf(2, [3], 0, "a") with { Now = Now + Bounds.InboxRetention + TimeSpan.FromSeconds(1) }).Record;

        Assert.True(later.Inbox.Contains(Identity(1)));
        Assert.False(muchLater.Inbox.Contains(Identity(1)));
        Assert.True(muchLater.Inbox.Contains(Identity(2)));
    }

    [Fact]
    public void Tend_after_an_unbroken_silence_takes_over_and_after_a_beat_does_not()
    {
        var record = Transition.Apply(ConversationRecord.New(new byte[Inbox.KeyBytes]), TurnOf(0, [1], 1, "a")).Record;
        var seen = record.Lease.Sighting;
        var alive = Transition.Apply(record, new Operation.Tend("a", Lease, null, Now)).Record;
        var takeOver = new Operation.Tend("b", Lease, seen, Now);

        Assert.Equal("b", Transition.Apply(record, takeOver).Record.Lease.Owner);
        Assert.Equal(Refusal.LeaseHeld, Transition.Apply(alive, takeOver).Refusal);
    }

    [Fact]
    public void Activity_that_has_journaled_a_call_since_its_dead_letter_was_written_stays_in_the_queue()
    {
        var accept = new Operation.Accept(Identity(1), "{}"u8.ToArray(), User: null, EchoBy: null, "a", Lease, Bounds, Now);
        var record = Transition.Apply(ConversationRecord.New(new byte[Inbox.KeyBytes]), accept).Record;
        var claim = record.Lease.Claim!.Value;
        record = Transition.Apply(record, new Operation.Step(Identity(1), "charge", "1"u8.ToArray(), "", claim, Bounds, Now)).Record;

        Assert.Equal(Refusal.NotQueued, Transition.Apply(record, new Operation.Bury(claim, Identity(1), Journaled: 0, Now)).Refusal);
        var (buried, refusal) = Transition.Apply(record, new Operation.Bury(claim, Identity(1), Journaled: 1, Now));

        Assert.Equal(Refusal.None, refusal);
        Assert.Empty(buried.Queue);
        Assert.Empty(buried.Journal);
    }

    [Fact]
    public void Turn_of_the_queue_begun_under_a_former_lease_of_the_same_node_is_refused()
    {
        var accept = new Operation.Accept(Identity(1), "{}"u8.ToArray(), User: null, EchoBy: null, "a", Lease, Bounds, Now);
        var record = Transition.Apply(ConversationRecord.New(new byte[Inbox.KeyBytes]), accept).Record;
        var former = record.Lease.Claim!.Value;
        record = Transition.Apply(record, new Operation.Attempt(former, Identity(1), 1, Now)).Record;
        var turn = TurnOf(0, [1], rows: 1, "a") with { Claim = former };
        Assert.Equal(Refusal.None, Transition.Apply(record, turn).Refusal);

        // Another node had it in between, and may have given the activity up.
        record = Transition.Apply(record, new Operation.Tend("b", Lease, record.Lease.Sighting, Now)).Record;
        record = Transition.Apply(record, new Operation.Tend("a", Lease, record.Lease.Sighting, Now)).Record;

        Assert.Equal("a", record.Lease.Owner);
        Assert.Equal(Refusal.LeaseHeld, Transition.Apply(record, turn).Refusal);
    }

    [Fact]
    public void Commits_of_other_nodes_do_not_make_a_silent_tender_look_alive()
    {
        var record = Transition.Apply(ConversationRecord.New(new byte[Inbox.KeyBytes]), TurnOf(0, [1], 1, "a")).Record;

        var busy = Transition.Apply(record, TurnOf(1, [2], 1, "b") with { Now = Now + Lease }).Record;

        Assert.Equal(record.Lease.Sighting, busy.Lease.Sighting);
        Assert.Equal(record.Due, busy.Due);
    }

    private static void ForAll(Kind first, Kind second, Func<ConversationRecord, Operation, Operation, bool> property)
    {
        var cases =
            from record in Records()
            from a in Operations(first, record)
            from b in Gen.OneOf(Operations(second, record), Operations(second, Transition.Apply(record, a).Record))
            select (record, a, b);
        Prop.ForAll(Arb.From(cases), given => property(given.record, given.a, given.b)).QuickCheckThrowOnFailure();
    }

    private static bool IsErased(params Operation[] operations) => operations.Any(operation => operation is Operation.End { IsErasure: true });

    // Whoever was told that these are accepted, or committed, was told the truth.
    private static IEnumerable<ActivityIdentity> Told(Operation operation, Refusal refusal) => operation switch
    {
        _ when refusal is not Refusal.None => [],
        Operation.Turn turn => turn.Effects.Select(effect => effect.Identity),
        Operation.Accept accept => [accept.Identity],
        Operation.Send send => [send.Identity],
        Operation.Bury bury => [bury.Identity],
        _ => [],
    };

    private static IEnumerable<TurnEffect> Committed(Operation operation, Refusal refusal) =>
        refusal is Refusal.None && operation is Operation.Turn turn ? turn.Effects : [];

    // Records that operations themselves have made: nothing else can be in a store.
    private static Gen<ConversationRecord> Records() =>
        from steps in Gen.Choose(0, 6)
        from record in Enumerable.Range(0, steps).Aggregate(
            Gen.Constant(ConversationRecord.New(new byte[Inbox.KeyBytes])),
            (records, _) =>
                from record in records
                from kind in Gen.Elements(Enum.GetValues<Kind>())
                from operation in Operations(kind, record)
                select Transition.Apply(record, operation).Record)
        select record;

    private static Gen<Operation> Operations(Kind kind, ConversationRecord record)
    {
        var owners = Gen.Elements("a", "b", "c");
        var claims = Gen.Elements(record.Lease.Claim ?? new("a", 1), record.Lease.Claim ?? new("a", 1), new LeaseClaim(record.Lease.Owner ?? "a", record.Lease.Term - 1));
        var times = from seconds in Gen.Choose(0, 30) select Now + TimeSpan.FromSeconds(seconds);
        return kind switch
        {
            Kind.Turn =>
                from revision in Gen.Elements(record.Revision, record.Revision, record.Revision + 1, Math.Max(0, record.Revision - 1))
                from activities in Gen.SubListOf(Enumerable.Range(0, 12))
                from rows in Gen.Choose(0, 3)
                from owner in owners
                from now in times
                from stamp in Gen.Elements(record.Stamp, record.Stamp, record.Stamp, "other")
                from turn in WithTimers(TurnOf(revision, activities.Count == 0 ? [0] : [.. activities.Take(3)], rows, owner) with { Now = now, BaseStamp = stamp }, record)
                from changing in WithChanges((Operation.Turn)turn, record)
                select changing,
            Kind.QueuedTurn =>
                from activity in Queued(record)
                from rows in Gen.Choose(0, 3)
                from owner in claims
                from now in times
                from turn in WithTimers(TurnOf(record.Revision, [0], rows, owner.Owner) with { Now = now, BaseStamp = record.Stamp, Claim = owner }, record)
                select (Operation)((Operation.Turn)turn with { Effects = [((Operation.Turn)turn).Effects[0] with { Identity = activity }] }),
            Kind.Accept =>
                from activity in Gen.Choose(0, 11)
                from echo in Gen.Elements(null, "node")
                from owner in Gen.Elements(null, "a", "b")
                from unasked in Gen.Elements(true, false)
                from now in times
                select (Operation)new Operation.Accept(Identity(activity), RowActivity, MemberOf(activity), echo, owner, Lease, Bounds, now) { Member = MemberOf(activity), MustBeAlive = unasked },
            Kind.Send =>
                from activity in Gen.Choose(0, 11)
                from owner in Gen.Elements(null, "a", "b")
                from unasked in Gen.Elements(true, false)
                from now in times
                select (Operation)new Operation.Send(Identity(activity), RowActivity, "node", owner, Lease, Bounds, now) { MustBeAlive = unasked },
            Kind.Attempt =>
                from activity in Queued(record)
                from owner in claims
                from count in Gen.Choose(1, 3)
                from now in times
                select (Operation)new Operation.Attempt(owner, activity, count, now),
            Kind.Bury =>
                from activity in Queued(record)
                from owner in claims
                from now in times
                from late in Gen.Elements(0, 0, 0, 1)
                select (Operation)new Operation.Bury(owner, activity, record.Journal.Count(entry => entry.Identity == activity) + late, now),
            Kind.Fire =>
                from owner in claims
                from now in times
                select (Operation)new Operation.Fire(owner, now),
            Kind.Step =>
                from activity in Gen.OneOf(Queued(record), Gen.Choose(0, 11).Select(Identity))
                from name in Gen.Elements("charge", "mail")
                from result in Gen.Elements("1", "2")
                from owner in Gen.Elements<LeaseClaim?>(null, record.Lease.Claim, new LeaseClaim("a", 1))
                from now in times
                select (Operation)new Operation.Step(activity, name, System.Text.Encoding.UTF8.GetBytes(result), "", owner, Bounds, now),
            Kind.End =>
                from stamp in Gen.Choose(0, 1000)
                from erasure in Gen.Elements(true, false)
                from whose in Gen.Elements(null, MemberOf(0))
                from now in times
                select (Operation)new Operation.End($"end-{record.Stamp}-{stamp}", erasure, Bounds, now) { OnlyOf = whose },
            Kind.Forget =>
                from stamp in Gen.Choose(0, 1000)
                from member in Gen.Choose(0, 2)
                from moved in Gen.Elements(0, 0, 0, 1)
                from now in times
                select (Operation)new Operation.Forget(MemberOf(member), record.Stamp, record.NextRow + moved, $"forget-{record.Stamp}-{stamp}", Bounds, now),
            Kind.Tend =>
                from owner in owners
                from seen in Gen.Elements<LeaseSighting?>(null, record.Lease.Sighting, new LeaseSighting(record.Lease.Owner, record.Lease.Term, record.Lease.Beat + 1))
                from now in times
                select (Operation)new Operation.Tend(owner, Lease, seen, now),
            Kind.Release =>
                from owner in owners
                from now in times
                select (Operation)new Operation.Release(owner, [new RowId(1, 0)], now + Lease, now),
            _ =>
                from owner in owners
                from rows in Gen.SubListOf(record.Outbox.Select(row => row.Id).Append(new RowId(99, 9)))
                from named in Gen.Elements(true, true, false)
                from now in times
                select (Operation)new Operation.Confirm(owner, [.. rows.Select(row => new DeliveredRow(row, named ? NameOf(row) : null))], Bounds, now),
        };
    }

    private static Gen<ActivityIdentity> Queued(ConversationRecord record) =>
        Gen.Elements<ActivityIdentity>([.. record.Queue.Select(queued => queued.Identity), Identity(3)]);

    private static Gen<Operation> WithTimers(Operation.Turn turn, ConversationRecord record) =>
        from scheduled in Gen.Choose(0, 2)
        from delay in Gen.Choose(-5, 20)
        from cancelled in Gen.SubListOf(record.Timers.Select(timer => timer.Id).Append(new RowId(1, 0)).Distinct())
        let effect = turn.Effects[^1]
        let id = turn.BaseRevision + turn.Effects.Length
        select (Operation)(turn with
        {
            Effects = turn.Effects.SetItem(turn.Effects.Length - 1, effect with
            {
                Timers = [.. Enumerable.Range(0, scheduled).Select(at => new ConversationTimer(new RowId(id, at), turn.Now + TimeSpan.FromSeconds(delay), "{}"u8.ToArray()) { User = effect.Member })],
                Cancelled = [.. cancelled],
            }),
        });

    // Some turns change what was sent before, by the last of them, on a channel that takes our ids or on one that does not.
    private static Gen<Operation> WithChanges(Operation.Turn turn, ConversationRecord record) =>
        from changed in Gen.SubListOf(record.Outbox.Select(row => row.Id).Concat(record.Sent.Select(sent => sent.Row)).Append(new RowId(1, 0)).Distinct())
        from foreign in Gen.Elements(true, true, false)
        let effect = turn.Effects[^1]
        let id = turn.BaseRevision + turn.Effects.Length
        let rows = changed.Take(2).Select((target, at) => new OutboxRow(new RowId(id, effect.Rows.Length + at), RowActivity, turn.Tender, IsEcho: false)
        {
            Action = at == 0 ? RowAction.Update : RowAction.Delete,
            TargetRow = target,
            TargetId = foreign ? record.IdOf(target) : null,
        }).ToArray()
        select (Operation)(turn with
        {
            Effects = turn.Effects.SetItem(turn.Effects.Length - 1, effect with
            {
                Rows = effect.Rows.AddRange(rows),
                Awaited = foreign ? [.. rows.Where(row => row.TargetId is null).Select(row => row.TargetRow!.Value)] : [],
            }),
        });

    private static Operation.Turn TurnOf(long revision, int[] activities, int rows, string owner) => new(
        revision,
        revision == 0 ? ConversationRecord.New(new byte[Inbox.KeyBytes]).Stamp : $"stamp-{revision}",
        $"stamp-{revision + activities.Length}",
        [.. activities.Select((activity, at) => new TurnEffect(
            Identity(activity),
            [.. Enumerable.Range(0, rows).Select(row => new OutboxRow(new RowId(revision + at + 1, row), RowActivity, owner, IsEcho: row == 0))],
            activity % 4 == 0 ? new TurnAnswer(200, "{\"a\":1}"u8.ToArray()) : null) { Member = MemberOf(activity) })],
        StoredState.Join(
            ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty,
            ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("by", "\"x\""u8.ToArray()),
            MemberOf(activities[^1]),
            ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("mood", "1"u8.ToArray())),
        Claim: null,
        owner,
        Lease,
        Bounds,
        Now);

    // What a channel calls the activity of a row.
    private static string NameOf(RowId row) => $"channel-{row}";

    private static ActivityIdentity Identity(int activity) =>
        new(System.Text.Encoding.UTF8.GetBytes(activity.ToString(CultureInfo.InvariantCulture)));

    private static string MemberOf(int activity) => $"member-{activity % 3}";

    private static IEnumerable<ActivityIdentity> Activities(int count) => Enumerable.Range(0, count).Select(Identity);

    /// <summary>What a record owes, by ids, as the operations applied to it say.</summary>
    private sealed class Owed(ConversationRecord record)
    {
        private readonly HashSet<RowId> _rows = [.. record.Outbox.Select(row => row.Id)];
        private readonly HashSet<ActivityIdentity> _queue = [.. record.Queue.Select(queued => queued.Identity)];
        private readonly HashSet<RowId> _timers = [.. record.Timers.Select(timer => timer.Id)];

        public void Expect(ConversationRecord before, Operation operation, Refusal refusal)
        {
            if (refusal is not Refusal.None)
            {
                return;
            }

            switch (operation)
            {
                case Operation.Turn turn:
                    _rows.UnionWith(turn.Effects.SelectMany(effect => effect.Rows).Select(row => row.Id));
                    _timers.UnionWith(turn.Effects.SelectMany(effect => effect.Timers).Select(timer => timer.Id));
                    _timers.ExceptWith(turn.Effects.SelectMany(effect => effect.Cancelled));
                    _queue.ExceptWith(turn.Effects.Select(effect => effect.Identity));
                    _queue.ExceptWith(turn.Effects.SelectMany(effect => effect.Cancelled).Select(ActivityIdentity.OfTimer));
                    break;
                case Operation.Accept accept:
                    _queue.Add(accept.Identity);
                    if (accept.EchoBy is not null)
                    {
                        _rows.Add(new RowId(before.Revision, before.NextRow));
                    }

                    break;
                case Operation.Send:
                    _rows.Add(new RowId(before.Revision, before.NextRow));
                    break;
                case Operation.Bury bury:
                    _queue.Remove(bury.Identity);
                    break;
                case Operation.Fire fire:
                    var due = before.Timers.Where(timer => timer.Due <= fire.Now).ToArray();
                    _timers.ExceptWith(due.Select(timer => timer.Id));
                    _queue.UnionWith(due.Where(timer => !before.Inbox.Contains(timer.Identity)).Select(timer => timer.Identity));
                    break;
                case Operation.End { IsErasure: true }:
                    _timers.Clear();
                    break;
                case Operation.Forget forget:
                    _timers.ExceptWith(before.Timers.Where(timer => timer.IsOf(forget.Member)).Select(timer => timer.Id));
                    break;
                case Operation.Confirm confirm:
                    _rows.ExceptWith(confirm.Rows.Select(row => row.Id));
                    break;
            }
        }

        public bool Matches(ConversationRecord after) =>
            _rows.SetEquals(after.Outbox.Select(row => row.Id)) && _rows.Count == after.Outbox.Length
            && _queue.SetEquals(after.Queue.Select(queued => queued.Identity)) && _queue.Count == after.Queue.Length
            && _timers.SetEquals(after.Timers.Select(timer => timer.Id)) && _timers.Count == after.Timers.Length;
    }
}
