using Everturn.Cli.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;

namespace Everturn.Cli.Serving;

/// <summary>The page at the gateway's root: the files in <c>wwwroot</c> beside the tool.</summary>
internal static class Page
{
    private const string WithoutFiles =
        "<!doctype html><title>Everturn</title><p>Everturn runs. Its page was not built (it needs Node.js); try <code>everturn chat</code>.</p>";

    private static readonly PathString[] Apis = ["/api", "/v3", "/health", "/everturn"];

    public static void UsePage(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            if (IsPage(context.Request.Path))
            {
                if (!LoopbackGuard.IsLoopback(context.Request.Host.Host))
                {
                    context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return;
                }

                // The page has buttons that kill: nobody may lay it under theirs.
                context.Response.Headers.ContentSecurityPolicy = "frame-ancestors 'none'";
                context.Response.Headers.XContentTypeOptions = "nosniff";
                context.Response.Headers.CacheControl = "no-cache";
            }

            await next(context);
        });

        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (File.Exists(Path.Combine(folder, "index.html")))
        {
            var files = new PhysicalFileProvider(folder);
            app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
            app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
        }
        else
        {
            app.MapGet("/", () => Results.Content(WithoutFiles, "text/html; charset=utf-8"));
        }
    }

    private static bool IsPage(PathString path) => !Array.Exists(Apis, api => path.StartsWithSegments(api, StringComparison.OrdinalIgnoreCase));
}
