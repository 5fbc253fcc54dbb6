using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Everturn.Cli.Cluster;

namespace Everturn.Cli.Tests.Running;

public sealed class UpTests
{
    private static readonly string[] OneNode = ["--regions", "koreacentral", "--nodes", "1"];

    [Fact]
    public async Task Four_nodes_answer_behind_one_gateway_and_leave_nothing_when_terminated()
    {
        await using var up = await RunningUp.StartReadyAsync([]);

        var status = await Tool.RunAsync(["status", "--json", "--data", up.Data]);
        AssertShape(status.Output, up.Gateway);
        var (exitCode, replies, _) = await up.ChatAsync("mushroom", "cheese");
        Assert.Equal(0, exitCode);
        Assert.Equal(["pizza with mushroom", "pizza with mushroom and cheese"], replies.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        up.Signal(ProcessSignal.Terminate);

        Assert.Equal(ExitCodes.Done, await up.ExitAsync());
        Assert.Equal(4, up.NodeProcesses.Count);
        await ProcessTable.AllEndAsync(up.NodeProcesses);
        Assert.False(File.Exists(Path.Combine(up.Data, "cluster.json")));
    }

    [Fact]
    public async Task Nodes_end_when_up_is_killed_and_the_directory_serves_again()
    {
        using var data = new TemporaryDirectory();
        await using var killed = await RunningUp.StartReadyAsync(["--regions", "koreacentral", "--nodes", "2"], data.Path);
        await killed.ChatAsync("mushroom");

        killed.Kill();

        await ProcessTable.AllEndAsync(killed.NodeProcesses);
        Assert.True(File.Exists(Path.Combine(data.Path, "cluster.json")));
        Assert.Contains("ET6010", (await Tool.RunAsync(["status", "--data", data.Path])).Error, StringComparison.Ordinal);
        await using var next = await RunningUp.StartReadyAsync(OneNode, data.Path);
        Assert.Equal("pizza with cheese\n", (await next.ChatAsync("cheese")).Output);
    }

    [Fact]
    public async Task Second_up_on_the_same_directory_is_refused_and_the_first_goes_on()
    {
        await using var first = await RunningUp.StartReadyAsync(OneNode);
        await using var second = RunningUp.Start(OneNode, first.Data);

        Assert.Equal(ExitCodes.Failed, await second.ExitAsync());

        var line = Assert.Single(second.Lines);
        Assert.StartsWith("everturn: ET6007: ", line, StringComparison.Ordinal);
        Assert.Contains(first.Gateway, line, StringComparison.Ordinal);
        Assert.Equal(NodeState.Ready, (await first.NodeAsync("koreacentral-1")).State);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Port_in_use_is_one_line_and_nothing_is_left_running(string address)
    {
        using var other = new TcpListener(IPAddress.Parse(address), 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var up = RunningUp.Start([.. OneNode, "--port", $"{port}"]);

        Assert.Equal(ExitCodes.Failed, await up.ExitAsync());

        Assert.StartsWith($"everturn: ET6006: port {port} is in use.", Assert.Single(up.Lines), StringComparison.Ordinal);
        Assert.Empty(up.NodeProcesses);
    }

    [Fact]
    public async Task Node_that_dies_at_start_ends_up_with_the_end_of_its_log()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["Everturn__MaxActivityBytes"] = "1" };
        await using var up = RunningUp.Start([], environment: environment);

        Assert.Equal(ExitCodes.Failed, await up.ExitAsync());

        Assert.Contains(up.Lines, line => line.StartsWith("everturn: ET6008: node ", StringComparison.Ordinal));
        Assert.Contains(up.Lines, line => line.Contains("MaxActivityBytes", StringComparison.Ordinal));
        await ProcessTable.AllEndAsync(up.NodeProcesses);
        Assert.False(File.Exists(Path.Combine(up.Data, "cluster.json")));
    }

    [Fact]
    public async Task Store_that_the_bot_does_not_offer_ends_up_with_the_nodes_own_error()
    {
        await using var up = RunningUp.Start(["--store", "redis:localhost,password=secret"]);

        Assert.Equal(ExitCodes.Failed, await up.ExitAsync());

        Assert.Contains(up.Lines, line => line.Contains("ET1015: the store 'redis' is not known to this program", StringComparison.Ordinal));
        Assert.DoesNotContain(up.Lines, line => line.Contains("secret", StringComparison.Ordinal));
        await ProcessTable.AllEndAsync(up.NodeProcesses);
    }

    [Fact]
    public async Task Bot_that_does_not_build_ends_up_with_the_compilers_errors()
    {
        using var bot = new TemporaryDirectory();
        await File.WriteAllTextAsync(
            Path.Combine(bot.Path, "Broken.csproj"),
            """<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        await File.WriteAllTextAsync(Path.Combine(bot.Path, "Program.cs"), "int number = \"a word\"; Missing();");
        await using var up = RunningUp.Start(["--bot", bot.Path]);

        Assert.Equal(ExitCodes.Failed, await up.ExitAsync());

        Assert.Contains(up.Lines, line => line.Contains("error CS0029", StringComparison.Ordinal));
        Assert.Contains(up.Lines, line => line.Contains("error CS0103", StringComparison.Ordinal));
        Assert.Contains("does not build: 2 error(s), above.", up.Lines.Last(), StringComparison.Ordinal);
        Assert.Empty(up.NodeProcesses);
    }

    [Fact]
    public async Task Memory_store_serves_one_node()
    {
        await using var up = await RunningUp.StartReadyAsync([.. OneNode, "--store", "memory", "--bot", "numbers"]);

        var (_, replies, _) = await up.ChatAsync("ten", "10.5", "x", "3");

        Assert.Equal(
            [
                "Enter a number.",
                "I have 10.5 now enter another number",
                "I have 10.5 now enter another number",
                "The result of the first minus the second is 7.5.",
            ],
            replies.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(File.Exists(Path.Combine(up.Data, "store.db")));
    }

    [Fact]
    public async Task Chat_shows_the_messages_of_a_bot_that_shows_previews()
    {
        await using var up = await RunningUp.StartReadyAsync([.. OneNode, "--store", "memory", "--bot", "agent"]);

        var (exitCode, replies, error) = await up.ChatAsync("count to 20", "what did I say?");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            [
                "Where would you like to go? Say, for instance: find trips to Lisbon.",
                "[scripted] " + string.Join(' ', Enumerable.Range(1, 20)),
                "[scripted] I see 2 things that you have said. The first is: count to 20",
            ],
            replies.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Interrupt_while_nodes_start_leaves_nothing_running()
    {
        await using var up = RunningUp.Start([]);
        await Eventually.IsTrueAsync(() => up.NodeProcesses.Count > 0, TimeSpan.FromSeconds(60), () => up.Output);

        up.Signal(2);

        await up.ExitAsync();
        await ProcessTable.AllEndAsync(up.NodeProcesses);
    }

    private static void AssertShape(string json, string gateway)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        Assert.Equal(["gateway", "regions"], Names(root));
        Assert.Equal(gateway, root.GetProperty("gateway").GetString());
        var regions = root.GetProperty("regions").EnumerateArray().ToArray();
        Assert.Equal(["koreacentral", "southeastasia"], regions.Select(region => region.GetProperty("name").GetString()!));
        foreach (var region in regions)
        {
            Assert.Equal(["name", "healthy", "nodes"], Names(region));
            Assert.True(region.GetProperty("healthy").GetBoolean());
            var nodes = region.GetProperty("nodes").EnumerateArray().ToArray();
            Assert.Equal(2, nodes.Length);
            for (var number = 1; number <= nodes.Length; number++)
            {
                var node = nodes[number - 1];
                Assert.Equal(["name", "url", "pid", "state"], Names(node));
                Assert.Equal($"{region.GetProperty("name").GetString()}-{number}", node.GetProperty("name").GetString());
                Assert.StartsWith("http://127.0.0.1:", node.GetProperty("url").GetString(), StringComparison.Ordinal);
                Assert.True(ProcessTable.IsRunning(node.GetProperty("pid").GetInt32()));
                Assert.Equal("ready", node.GetProperty("state").GetString());
            }
        }
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
