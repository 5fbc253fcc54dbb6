using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore;

/// <summary>Gathers everything that is wrong with the options.</summary>
internal sealed class EverturnHostOptionsValidator : IValidateOptions<EverturnHostOptions>
{
    public ValidateOptionsResult Validate(string? name, EverturnHostOptions options)
    {
        var failures = new List<string>();
        Range(nameof(options.ConnectorTimeout), options.ConnectorTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(2));
        Range(nameof(options.ReadinessTimeout), options.ReadinessTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30));
        Range(nameof(options.ShutdownNotice), options.ShutdownNotice, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Range(string option, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                failures.Add($"ET3014: Everturn:{option} is {value}; it must be between {least} and {most}.");
            }
        }
    }
}
