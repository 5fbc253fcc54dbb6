using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Hosting;
using GeoBot;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEverturn().AddBot<Geo>().AddRecognizer(builder.Configuration).UsePostgres().UseAzureBlobs().UseCosmosDb().UseSqlite().AddDirectLine();

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
