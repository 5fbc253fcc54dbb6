using Microsoft.Extensions.Options;

namespace Everturn.Hosting;

/// <summary>Gathers everything that is wrong with the options.</summary>
internal sealed class EverturnOptionsValidator : IValidateOptions<EverturnOptions>
{
    public ValidateOptionsResult Validate(string? name, EverturnOptions options)
    {
        var failures = new List<string>();
        Name(nameof(options.Bot), options.Bot);
        Name(nameof(options.Node), options.Node);
        Name(nameof(options.Region), options.Region);
        Range(nameof(options.MaxActivityBytes), options.MaxActivityBytes, 1024, 4 * 1024 * 1024);
        Range(nameof(options.MaxRecordBytes), options.MaxRecordBytes, 64 * 1024, 16 * 1024 * 1024);
        Range(nameof(options.TurnDeadline), options.TurnDeadline, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Range(nameof(options.LeaseDuration), options.LeaseDuration, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Range(nameof(options.RecoveryInterval), options.RecoveryInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(10));
        Range(nameof(options.MaxTakeoversPerSecond), options.MaxTakeoversPerSecond, 1, 1000);
        Range(nameof(options.InboxRetention), options.InboxRetention, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));
        Range(nameof(options.InboxCapacity), options.InboxCapacity, 1, 65_536);
        Range(nameof(options.OutboxCapacity), options.OutboxCapacity, 1, 65_536);
        Range(nameof(options.QueueCapacity), options.QueueCapacity, 1, 65_536);
        Range(nameof(options.MaxAttempts), options.MaxAttempts, 1, 100);
        Range(nameof(options.QueuedTurnDeadline), options.QueuedTurnDeadline, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(24));
        Range(nameof(options.HeartbeatInterval), options.HeartbeatInterval == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : options.HeartbeatInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Range(nameof(options.TimerCapacity), options.TimerCapacity, 1, 65_536);
        Range(nameof(options.ActivityIdCapacity), options.ActivityIdCapacity, 0, 4096);
        Range(nameof(options.ConversationExpiry), options.ConversationExpiry ?? TimeSpan.FromDays(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
        Range(nameof(options.TombstoneRetention), options.TombstoneRetention, options.InboxRetention, TimeSpan.FromDays(30));
        Range(nameof(options.MailboxCapacity), options.MailboxCapacity, 1, 65_536);
        Range(nameof(options.MaxConcurrentTurns), options.MaxConcurrentTurns, 1, 10_000);
        Range(nameof(options.MaxWaitingBytes), options.MaxWaitingBytes, 1024 * 1024, int.MaxValue);
        Range(nameof(options.CacheBytes), options.CacheBytes, 0, int.MaxValue);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Name(string option, string value)
        {
            if (value.Length is 0 or > 128 || !value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                failures.Add($"ET1016: Everturn:{option} is '{value}'; it must have 1 to 128 ASCII letters, digits, '-', '_' or '.'.");
            }
        }

        void Range<T>(string option, T value, T least, T most)
            where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                failures.Add($"ET1016: Everturn:{option} is {value}; it must be between {least} and {most}.");
            }
        }
    }
}
