using Azure.Identity;
using Everturn.AspNetCore;
using Everturn.Hosting;
using Everturn.Language;
using Everturn.Turns;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Everturn.Docs.Tests.Pages;

internal static class LanguagePage
{
    public static void Local(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddBot<TravelBot>().AddLocalRecognizer("intents.json");
    }

    public static void Clu(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddBot<TravelBot>()
            .AddLocalRecognizer("intents.json")
            .AddCluRecognizer(clu =>
            {
                clu.Project = "Travel";
                clu.Endpoints.Add(new() { Region = "westeurope", Address = new("https://travel-we.cognitiveservices.azure.com") });
                clu.Endpoints.Add(new() { Region = "eastus", Address = new("https://travel-eus.cognitiveservices.azure.com") });
                clu.Credential = new DefaultAzureCredential();
            });
    }

    public static void Model(WebApplicationBuilder builder)
    {
        builder.Services.AddChatCompletions(builder.Configuration.GetSection("OpenAI").Bind);
        builder.Services.AddEverturn().AddBot<TravelBot>()
            .AddLocalRecognizer("intents.json")
            .AddChatRecognizer();
    }
}

internal sealed class TravelBot(IRecognizer recognizer) : ActivityHandler
{
    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var heard = await turn.RecognizeAsync(recognizer, cancellationToken: cancellationToken);
        await turn.SendActivityAsync(
            heard.TopIntent switch
            {
                "BookHotel" => $"A hotel in {heard.Entity("City")?.Text ?? "which city"}?",
                RecognizerResult.NoIntent => "I did not understand that.",
                _ => $"I heard {heard.TopIntent}, with a score of {heard.TopScore:0.00}.",
            },
            cancellationToken);
    }
}
