using Everturn.OpenAI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// Beside the engine's own, so that a program needs no further using.
namespace Everturn.Hosting;

/// <summary>Adds a language model to a host's services.</summary>
public static class ChatCompletionsServices
{
    /// <summary>
    /// Adds an <see cref="IChatClient"/> for an OpenAI-compatible endpoint, unless the host has one. Wrong settings stop the start (ET7120).
    /// For several models, or an HttpClient of one's own, such as IHttpClientFactory's, make <see cref="ChatCompletionsClient"/>s instead.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the settings.</param>
    public static IServiceCollection AddChatCompletions(this IServiceCollection services, Action<ChatCompletionsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<ChatCompletionsOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChatCompletionsOptions>, ChatCompletionsOptionsValidator>());
        services.TryAddSingleton<IChatClient>(provider => new ChatCompletionsClient(
            provider.GetRequiredService<IOptions<ChatCompletionsOptions>>().Value,
            http: null,
            provider.GetService<ILogger<ChatCompletionsClient>>(),
            provider.GetService<TimeProvider>()));
        return services;
    }
}
