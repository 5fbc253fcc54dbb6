using Microsoft.Extensions.Options;

namespace Everturn.DirectLine;

internal sealed class DirectLineOptionsValidator : IValidateOptions<DirectLineOptions>
{
    private const int MinSecretLength = 16;

    public ValidateOptionsResult Validate(string? name, DirectLineOptions options)
    {
        var errors = new List<string>();
        if (options.Secret is { Length: < MinSecretLength })
        {
            Add(nameof(options.Secret), $"has fewer than {MinSecretLength} characters; use a long random one, or leave it out for local use");
        }

        foreach (var origin in options.AllowedOrigins.Where(origin => !IsOrigin(origin)))
        {
            Add(nameof(options.AllowedOrigins), $"holds '{origin}'; an origin reads scheme://host[:port] without a path, or *");
        }

        Range(nameof(options.TokenLifetime), options.TokenLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        Range(nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        Range(nameof(options.KeepAliveInterval), options.KeepAliveInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        Range(nameof(options.SendTimeout), options.SendTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        Range(nameof(options.MaxStreams), options.MaxStreams, 1, 1024);
        Range(nameof(options.PageBytes), options.PageBytes, 1024, 1024 * 1024);
        Range(nameof(options.MaxPages), options.MaxPages, 1, 4096);
        Range(nameof(options.CacheBytes), options.CacheBytes, 0, int.MaxValue);
        Range(nameof(options.MaxFileBytes), options.MaxFileBytes, 1024, 16 * 1024 * 1024);
        Range(nameof(options.MaxFilesPerUpload), options.MaxFilesPerUpload, 1, 32);
        Range(nameof(options.MaxFilesPerConversation), options.MaxFilesPerConversation, 1, 1000);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Add(string option, string problem) => errors.Add($"ET4001: {DirectLineServiceExtensions.Section}:{option} {problem}.");

        void Range<T>(string option, T value, T min, T max)
            where T : IComparable<T>
        {
            if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
            {
                Add(option, $"is {value}; it must be within {min} and {max}");
            }
        }
    }

    private static bool IsOrigin(string? origin) =>
        origin is "*" or "null"
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase));
}
