using Everturn.Language;
using Everturn.Language.Local;
using Everturn.Language.Projects;
using Everturn.OpenAI.Hosting;
using Everturn.OpenAI.Recognizing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Beside the builder it extends, so that a program needs no further using.
namespace Everturn.Hosting;

/// <summary>Adds the recognizer that asks a language model.</summary>
public static class ChatRecognizerBuilderExtensions
{
    /// <summary>
    /// Adds a recognizer that asks the program's <see cref="IChatClient"/>, as <see cref="IRecognizer"/>. It needs the project that
    /// <see cref="LocalRecognizerBuilderExtensions.AddLocalRecognizer"/> adds, and falls back to that recognizer. Wrong settings stop the start (ET7101).
    /// </summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="configure">Changes the settings.</param>
    public static EverturnBuilder AddChatRecognizer(this EverturnBuilder builder, Action<ChatRecognizerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(services =>
        {
            var options = new ChatRecognizerOptions();
            configure?.Invoke(options);
            return new ChatRecognizer(
                services.GetService<IChatClient>() ?? throw Missing("an IChatClient; call AddChatCompletions"),
                services.GetService<LanguageProject>() ?? throw Missing("a LanguageProject; call AddLocalRecognizer with the intents file"),
                options,
                services.GetService<LocalRecognizer>(),
                services.GetService<TimeProvider>(),
                services.GetService<ILogger<ChatRecognizer>>());
        });
        builder.Services.AddSingleton<IRecognizer>(services => services.GetRequiredService<ChatRecognizer>());
        builder.Services.AddSingleton<INodePart>(services => services.GetRequiredService<ChatRecognizer>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MadeAtStart>());
        return builder;
    }

    private static InvalidOperationException Missing(string what) => new($"ET7101: AddChatRecognizer needs {what}.");
}
