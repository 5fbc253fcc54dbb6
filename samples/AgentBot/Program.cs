using AgentBot;
using AgentBot.Agents;
using AgentBot.Travel;
using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEverturn().AddQueuedBot<TravelBot>().UsePostgres().UseAzureBlobs().UseCosmosDb().UseSqlite().AddDirectLine();
builder.Services.AddAgent(builder.Configuration.GetSection("Agent"), TravelBot.Instructions);
builder.Services.AddFakeTravelAgency(builder.Configuration.GetSection("Agent"));

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
