using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Hosting;
using NumbersBot;

var builder = WebApplication.CreateBuilder(args);
var everturn = builder.Services.AddEverturn().UsePostgres().UseAzureBlobs().UseCosmosDb().UseSqlite().AddDirectLine();
_ = builder.Configuration["Numbers:Dialog"] switch
{
    null or "" or "waterfall" => everturn.AddBot<WaterfallSubtraction>(),
    "flow" => everturn.AddBot<FlowSubtraction>(),
    var other => throw new InvalidOperationException($"Numbers:Dialog is '{other}'. It must be 'waterfall' or 'flow'."),
};

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
