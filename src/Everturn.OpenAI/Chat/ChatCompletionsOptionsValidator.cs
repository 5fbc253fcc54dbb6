using Microsoft.Extensions.Options;

namespace Everturn.OpenAI;

/// <summary>Names all wrong settings at once, when the host starts.</summary>
internal sealed class ChatCompletionsOptionsValidator : IValidateOptions<ChatCompletionsOptions>
{
    public ValidateOptionsResult Validate(string? name, ChatCompletionsOptions options) =>
        options.Errors() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
}
