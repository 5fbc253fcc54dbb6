namespace Everturn.Cli.Cluster;

/// <summary>What a node's process finds in its environment.</summary>
internal static class NodeEnvironment
{
    public static void Apply(NodePlan plan, IDictionary<string, string?> environment)
    {
        environment["Everturn__Bot"] = plan.Bot.Name;
        environment["Everturn__Node"] = plan.Name;
        environment["Everturn__Region"] = plan.Region;
        environment["Everturn__Store"] = plan.Store;
        environment["Everturn__Announce"] = plan.AnnounceFile;
        environment["Everturn__StopWithParent"] = "true";
        environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";

        // Many nodes share one machine: one small heap each, and no profiling of code that is about to be replaced.
        Default(environment, "DOTNET_gcServer", "0");
        Default(environment, "DOTNET_TieredPGO", "0");
        Default(environment, "DOTNET_GCgen0size", "0x1000000");
        Default(environment, "DOTNET_hostBuilder__reloadConfigOnChange", "false");
        Default(environment, "DOTNET_NOLOGO", "true");
        Default(environment, "Logging__Console__FormatterName", "simple");
        Default(environment, "Logging__Console__FormatterOptions__SingleLine", "true");
        Default(environment, "Logging__Console__FormatterOptions__TimestampFormat", "HH:mm:ss.fff ");

        foreach (var (name, value) in plan.Environment)
        {
            environment[name] = value;
        }
    }

    // What the person has set wins: it is how they debug a node.
    private static void Default(IDictionary<string, string?> environment, string name, string value)
    {
        if (!environment.TryGetValue(name, out var present) || string.IsNullOrEmpty(present))
        {
            environment[name] = value;
        }
    }
}
