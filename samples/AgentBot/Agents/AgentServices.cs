using Everturn.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace AgentBot.Agents;

/// <summary>Adds the agent to a host's services.</summary>
internal static class AgentServices
{
    /// <summary>Adds the agent. Its tools are the host's <see cref="AIFunction"/> services, its model the host's <see cref="IChatClient"/>.</summary>
    public static IServiceCollection AddAgent(this IServiceCollection services, IConfigurationSection section, string instructions)
    {
        services.AddOptions<AgentOptions>().Bind(section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<AgentOptions>>().Value);
        services.AddSingleton<Toolbox>();
        services.AddSingleton(provider => new ModelCaller(
            provider.GetRequiredService<IChatClient>(), provider.GetRequiredService<Toolbox>(), instructions, provider.GetRequiredService<ILogger<ModelCaller>>()));
        services.AddSingleton<Agent>();

        return string.IsNullOrEmpty(section["Endpoint"])
            ? services.AddSingleton<IChatClient>(provider => new ScriptedModel(provider.GetRequiredService<AgentOptions>(), provider.GetRequiredService<TimeProvider>()))
            : services.AddChatCompletions(section.Bind);
    }
}
