using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Hosting;
using PizzaBot;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEverturn().AddBot<Pizza>().UsePostgres().UseSqlite().AddDirectLine();

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
