using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Hosting;
using MyBot;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEverturn().AddBot<Bot>().UseSqlite().AddDirectLine();

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
