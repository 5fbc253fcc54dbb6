using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Hosting;
using PizzaBot;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<IPayments, FakePayments>();
builder.Services.AddEverturn().AddBot<Pizza>().UsePostgres().UseAzureBlobs().UseCosmosDb().UseSqlite().AddDirectLine();

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
