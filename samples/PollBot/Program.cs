using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Hosting;
using PollBot;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEverturn().AddBot<Poll>().UseSqlite().AddDirectLine();

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
