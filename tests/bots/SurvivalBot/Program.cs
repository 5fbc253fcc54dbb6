using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Storage.Sqlite;
using SurvivalBot;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<Outside>();
builder.Services.AddEverturn().AddBot<Survivor>().AddDirectLine()
    .AddStore("watched", (services, file) => new WatchedStore(new SqliteStore(new SqliteStoreOptions { File = file! }), services.GetRequiredService<Outside>()));

var app = builder.Build();
app.MapBot();
app.MapDirectLine();
app.Run();
