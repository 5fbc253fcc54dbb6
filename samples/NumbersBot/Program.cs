using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Hosting;
using NumbersBot;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEverturn().AddBot<Subtraction>().UsePostgres().UseAzureBlobs().UseCosmosDb().UseSqlite().AddDirectLine();

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
