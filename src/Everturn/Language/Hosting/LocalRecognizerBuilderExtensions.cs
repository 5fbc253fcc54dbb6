using Everturn.Language;
using Everturn.Language.Hosting;
using Everturn.Language.Local;
using Everturn.Language.Projects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

// Beside the builder it extends, so that a program needs no further using.
namespace Everturn.Hosting;

/// <summary>Adds the recognizer that runs within the node.</summary>
public static class LocalRecognizerBuilderExtensions
{
    /// <summary>
    /// Adds the project of an intents file, and the recognizer that learns from it when the node starts. Of several recognizers that a
    /// program adds, <see cref="IRecognizer"/> is the last; a remote one falls back to this one.
    /// </summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="file">The file; a relative path begins at the content root, else beside the program. A bad one stops the start (ET1120, ET1121).</param>
    /// <param name="configure">Changes the settings.</param>
    public static EverturnBuilder AddLocalRecognizer(this EverturnBuilder builder, string file, Action<LocalRecognizerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(file);
        builder.Services.AddSingleton(services => LanguageProject.Load(PathOf(file, services.GetService<IHostEnvironment>())));
        builder.Services.AddSingleton(services =>
        {
            var options = new LocalRecognizerOptions();
            configure?.Invoke(options);
            return new LocalRecognizer(services.GetRequiredService<LanguageProject>(), options);
        });
        builder.Services.AddSingleton<IRecognizer>(services => services.GetRequiredService<LocalRecognizer>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LearnAtStart>());
        return builder;
    }

    private static string PathOf(string file, IHostEnvironment? host)
    {
        string[] places = [Path.Combine(host?.ContentRootPath ?? "", file), Path.Combine(AppContext.BaseDirectory, file)];
        return Array.Find(places, File.Exists) ?? places[0];
    }
}
