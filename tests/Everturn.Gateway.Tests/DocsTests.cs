using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Gateway.Tests;

/// <summary>docs/gateway.md says what the code does.</summary>
public sealed class DocsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Folder(), "..", "..", "docs", "gateway.md"));

    [Fact]
    public void Every_option_stands_in_the_table_with_its_default()
    {
        var options = new GatewayOptions();
        foreach (var property in typeof(GatewayOptions).GetProperties())
        {
            var value = property.GetValue(options) is IEnumerable<object> ? "none" : Convert.ToString(property.GetValue(options), CultureInfo.InvariantCulture);
            Assert.Contains($"| `{property.Name}` | {value} |", Page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Configuration_of_the_page_is_read_as_it_stands()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(Block("json"))));
        builder.Services.AddEverturnGateway();
        using var services = builder.Services.BuildServiceProvider();

        var nodes = services.GetRequiredService<GatewayTopology>().GetSnapshot().Nodes;
        Assert.Equal(["koreacentral-1 http://10.1.0.4:3978", "southeastasia-1 http://10.2.0.4:3978"], nodes.Select(node => $"{node.Name} {node.Url}"));
    }

    [Fact]
    public void Program_of_the_page_is_the_one_compiled_here()
    {
        var compiled = File.ReadAllText(Path.Combine(Folder(), "DocsTests.cs"));
        foreach (var line in Block("csharp").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Contains("        " + line, compiled, StringComparison.Ordinal);
        }
    }

    internal static void Run(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddEverturnGateway();
        var app = builder.Build();
        app.MapEverturnGateway();
        app.Run();
    }

    private static string Block(string language) =>
        Regex.Match(Page, $"```{language}\n(.*?)```", RegexOptions.Singleline | RegexOptions.NonBacktracking).Groups[1].Value;

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
