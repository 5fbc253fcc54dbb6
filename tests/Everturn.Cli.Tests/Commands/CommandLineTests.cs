using Everturn.Cli.Commands;

namespace Everturn.Cli.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("ET6002", "koreacentral", "up", "--regions", "koreacentrla")]
    [InlineData("ET6002", "southeastasia", "up", "--regions", "koreacentral,southeastasai")]
    [InlineData("ET6002", "twice", "up", "--regions", "eastus,East US")]
    [InlineData("ET6002", "no region", "up", "--regions", ",")]
    [InlineData("ET6003", "pizza", "up", "--bot", "piza")]
    [InlineData("ET6003", "path", "up", "--bot", "somewhere/else")]
    [InlineData("ET6005", "one node only", "up", "--store", "memory")]
    [InlineData("ET6005", "one node only", "up", "--store", "memory", "--regions", "eastus", "--nodes", "2")]
    [InlineData("ET6040", "a letter first", "new", "1bot")]
    [InlineData("ET6040", "a letter first", "new", "bot.")]
    [InlineData("ET6040", "a letter first", "new", "../bot")]
    [InlineData("ET6001", "memory, sqlite", "up", "--store", "redis")]
    [InlineData("ET6001", "memory, sqlite", "up", "--store", "sqlite:")]
    [InlineData("ET6001", "memory, sqlite", "up", "--store", "redis:")]
    [InlineData("ET6001", "memory, sqlite", "up", "--store", "memory:1")]
    [InlineData("ET6001", "1 to 16", "up", "--nodes", "0")]
    [InlineData("ET6001", "1 to 16", "up", "--nodes", "17")]
    [InlineData("ET6001", "--nodes", "up", "--nodes", "many")]
    [InlineData("ET6001", "65535", "up", "--port", "65536")]
    [InlineData("ET6001", "--data", "up", "--data", " ")]
    [InlineData("ET6001", "--help", "stauts")]
    [InlineData("ET6001", "NODE", "fault", "kill")]
    [InlineData("ET6001", "--help", "fault", "explode", "koreacentral-1")]
    [InlineData("ET6001", "http://localhost:3978", "chat", "--url", "localhost")]
    [InlineData("ET6001", "keeps nothing", "verify", "--store", "memory")]
    [InlineData("ET6001", "0.1 to 1440", "verify", "--minutes", "0")]
    [InlineData("ET6001", "1 to 200", "verify", "--conversations", "0")]
    [InlineData("ET6001", "1 to 16", "verify", "--nodes", "0")]
    [InlineData("ET6002", "eastus", "verify", "--regions", "eastsu")]
    [InlineData("ET6019", "store-lock", "verify", "--faults", "kill,explode")]
    [InlineData("ET6019", "no fault", "verify", "--faults", ",")]
    [InlineData("ET6001", "0.001 to 300", "verify", "--gap-limit", "0")]
    [InlineData("ET6001", "0.001 to 300", "verify", "--redelivery-limit", "301")]
    [InlineData("ET6001", "store-cut", "verify", "--store", "postgres:Host=localhost", "--faults", "store-lock")]
    [InlineData("ET6021", "no way", "verify", "--store", "redis:localhost", "--faults", "store-cut")]
    [InlineData("ET6021", "https", "verify", "--store", "cosmos:AccountEndpoint=https://localhost:8081/", "--faults", "kill,store-slow")]
    [InlineData("ET6001", "8 to 600", "verify", "--long-turn", "7")]
    [InlineData("ET6001", "8 to 600", "verify", "--long-turn", "601")]
    [InlineData("ET6001", "keeps nothing", "verify", "--long-turn", "60", "--store", "memory")]
    [InlineData("ET6002", "eastus", "verify", "--long-turn", "60", "--regions", "eastsu")]
    [InlineData("ET6001", "at least 1", "verify", "--simulate", "--seeds", "0")]
    [InlineData("ET6001", "0 or more", "verify", "--simulate", "--first", "-1")]
    [InlineData("ET6001", "1 to 64", "verify", "--simulate", "--threads", "0")]
    public async Task Command_line_that_is_wrong_gets_one_line_and_exit_code_2(string code, string hint, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var exitCode = await EverturnCommand.RunAsync(args, output, error);

        var line = Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"everturn: {code}: ", line, StringComparison.Ordinal);
        Assert.Contains(hint, line, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Equal("", output.ToString());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("status", "--json")]
    [InlineData("fault", "heal")]
    [InlineData("fault", "kill", "koreacentral-1")]
    [InlineData("chat")]
    public async Task Command_without_a_cluster_says_so_in_one_line_and_exits_with_1(params string[] args)
    {
        using var data = new TemporaryDirectory();
        using var output = new StringWriter();
        using var error = new StringWriter();

        var exitCode = await EverturnCommand.RunAsync([.. args, "--data", data.Path], output, error);

        var line = Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("everturn: ET6010: no cluster runs in ", line, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public async Task Chat_without_a_cluster_names_the_option_for_a_bot_that_runs_by_itself()
    {
        using var data = new TemporaryDirectory();
        using var output = new StringWriter();
        using var error = new StringWriter();

        await EverturnCommand.RunAsync(["chat", "--data", data.Path], output, error);

        Assert.EndsWith("; or name a bot that runs by itself: --url http://localhost:3978.", error.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Store_given_as_a_relative_file_becomes_an_absolute_one()
    {
        var options = UpOptions.Create("pizza", "eastus", 1, "sqlite:some.db", 0, "data", openBrowser: false);

        Assert.Equal("sqlite:" + Path.GetFullPath("some.db"), options.Store);
        Assert.Equal(Path.GetFullPath("data"), options.Data);
    }

    [Fact]
    public void Store_of_another_kind_is_left_to_the_nodes() =>
        Assert.Equal(
            "postgres:Host=db;Password=a:b",
            UpOptions.Create("pizza", "eastus", 2, "postgres:Host=db;Password=a:b", 0, "data", openBrowser: false).Store);

    [Fact]
    public void Store_by_default_is_a_file_of_the_data_directory()
    {
        var options = UpOptions.Create("pizza", "Korea Central, southeastasia", 2, "sqlite", 0, "data", openBrowser: false);

        Assert.Equal("sqlite:" + Path.Combine(Path.GetFullPath("data"), "store.db"), options.Store);
        Assert.Equal(["koreacentral", "southeastasia"], options.Regions);
    }
}
