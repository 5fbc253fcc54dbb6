using Everturn.Hosting;

namespace GeoBot;

/// <summary>Chooses who understands the users, by the setting <c>GeoBot:Recognizer</c>.</summary>
internal static class Recognizers
{
    private const string Setting = "GeoBot:Recognizer";

    public static EverturnBuilder AddRecognizer(this EverturnBuilder builder, IConfiguration configuration)
    {
        // Always there: the others fall back to it.
        builder.AddLocalRecognizer("intents.json");
        switch (configuration[Setting] ?? "local")
        {
            case "local":
                return builder;
            case "clu":
                return builder.AddCluRecognizer(configuration.GetSection("Clu").Bind);
            case "openai":
                builder.Services.AddChatCompletions(configuration.GetSection("OpenAI").Bind);
                return builder.AddChatRecognizer();
            case var other:
                throw new InvalidOperationException($"{Setting} is '{other}'; it is local, clu or openai.");
        }
    }
}
