using Everturn.Delivery;
using Everturn.DirectLine.Conversations;
using Everturn.DirectLine.Endpoints;
using Everturn.DirectLine.Files;
using Everturn.DirectLine.Http;
using Everturn.DirectLine.Streams;
using Everturn.DirectLine.Tokens;
using Everturn.DirectLine.Transcripts;
using Everturn.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine;

/// <summary>Adds the embedded Direct Line channel to a bot.</summary>
public static class DirectLineServiceExtensions
{
    internal const string Section = "Everturn:DirectLine";

    /// <summary>
    /// Adds the Direct Line 3.0 channel, configured by the section <c>Everturn:DirectLine</c> and then by
    /// <paramref name="configure"/>. <see cref="DirectLineEndpointExtensions.MapDirectLine"/> opens its endpoints.
    /// </summary>
    public static EverturnBuilder AddDirectLine(this EverturnBuilder builder, Action<DirectLineOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<DirectLineOptions>()
            .BindConfiguration(Section)
            .Configure(configure ?? (_ => { }))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DirectLineOptions>, DirectLineOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);

        services.TryAddSingleton<SigningKey>();
        services.TryAddSingleton<TokenService>();
        services.AddHostedService<TokenWarmUp>();
        services.TryAddSingleton<Origins>();
        services.TryAddSingleton<Authorizer>();
        services.TryAddSingleton<TranscriptStore>();
        services.TryAddSingleton<LiveConversations>();
        services.AddHostedService<TranscriptHints>();
        services.TryAddSingleton<ConversationStarter>();
        services.TryAddSingleton<ActivityPoster>();
        services.TryAddSingleton<TokenEndpoints>();
        services.TryAddSingleton<ConversationEndpoints>();
        services.TryAddSingleton<ActivityEndpoints>();
        services.TryAddSingleton<FileStore>();
        services.TryAddSingleton<UploadEndpoint>();
        services.TryAddSingleton<FileEndpoint>();
        services.TryAddSingleton<StreamEndpoint>();
        services.TryAddSingleton<SessionEndpoint>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannel, DirectLineChannel>());

        // The host's line for each request holds its URL, and a stream's URL holds a token.
        services.Configure<LoggerFilterOptions>(filter => filter.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning));
        return builder;
    }
}
