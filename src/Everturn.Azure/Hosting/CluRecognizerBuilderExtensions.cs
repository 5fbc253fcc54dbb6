using Everturn.Azure.Clu;
using Everturn.Azure.Hosting;
using Everturn.Language;
using Everturn.Language.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// Beside the builder it extends, so that a program needs no further using.
namespace Everturn.Hosting;

/// <summary>Adds the recognizer that asks Azure.</summary>
public static class CluRecognizerBuilderExtensions
{
    /// <summary>
    /// Adds a recognizer that asks Azure's conversational language understanding, as <see cref="IRecognizer"/>: first in the node's own
    /// region, then in the others, then the local recognizer, if the program has added it. Wrong settings stop the start (ET7001).
    /// </summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="configure">Sets project, endpoints and what else differs from the defaults.</param>
    public static EverturnBuilder AddCluRecognizer(this EverturnBuilder builder, Action<CluRecognizerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton(services =>
        {
            var options = new CluRecognizerOptions();
            configure(options);
            return new CluRecognizer(
                options,
                services.GetRequiredService<IOptions<EverturnOptions>>().Value.Region,
                services.GetService<LocalRecognizer>(),
                http: null,
                services.GetService<TimeProvider>(),
                services.GetService<ILogger<CluRecognizer>>());
        });
        builder.Services.AddSingleton<IRecognizer>(services => services.GetRequiredService<CluRecognizer>());
        builder.Services.AddSingleton<INodePart>(services => services.GetRequiredService<CluRecognizer>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MadeAtStart>());
        return builder;
    }
}
