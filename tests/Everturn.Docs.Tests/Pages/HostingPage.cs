using Everturn.AspNetCore;
using Everturn.DirectLine;
using Everturn.Gateway;
using Everturn.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Everturn.Docs.Tests.Pages;

internal static class HostingPage
{
    public static void Bot(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddEverturn().AddBot<EchoBot>();

        var app = builder.Build();
        app.MapBot();
        app.Run();
    }

    public static void Gateway(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddEverturnGateway();
        var app = builder.Build();
        app.MapEverturnGateway();
        app.Run();
    }

    public static void DirectLine(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddBot<EchoBot>().UseSqlite().AddDirectLine();
        var app = builder.Build();
        app.MapDirectLine();
    }
}
