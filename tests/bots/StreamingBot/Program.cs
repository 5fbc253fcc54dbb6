using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Hosting;
using Everturn.Tests.StreamingBot;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEverturn().AddQueuedBot<Teller>().UseSqlite().AddDirectLine();

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
