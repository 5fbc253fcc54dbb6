using Everturn.Cli.Cluster;

namespace Everturn.Cli.Tests.Running;

public sealed class FaultTests(SharedCluster cluster) : IClassFixture<SharedCluster>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private RunningUp Up => cluster.Up;

    public async ValueTask InitializeAsync() => await cluster.HealAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Killed_node_is_dead_until_it_is_started_as_a_new_process()
    {
        var before = await Up.NodeAsync("koreacentral-1");

        var killed = await Up.FaultAsync("kill", "koreacentral-1");

        Assert.Equal((0, "koreacentral-1 dead\n", ""), killed);
        Assert.False(ProcessTable.IsRunning(before.Pid!.Value));
        var dead = await Up.NodeAsync("koreacentral-1");
        Assert.Equal((NodeState.Dead, null, null), (dead.State, dead.Url, dead.Pid));
        Assert.True((await Up.StatusAsync()).Regions.Single(region => region.Name == "koreacentral").Healthy);

        Assert.Equal((0, "koreacentral-1 ready\n", ""), await Up.FaultAsync("start", "koreacentral-1"));
        var after = await Up.NodeAsync("koreacentral-1");
        Assert.Equal(NodeState.Ready, after.State);
        Assert.NotEqual(before.Pid, after.Pid);
    }

    [Fact]
    public async Task Paused_node_stands_still_and_goes_on_in_the_same_process()
    {
        var before = await Up.NodeAsync("southeastasia-1");

        Assert.Equal((0, "southeastasia-1 paused\n", ""), await Up.FaultAsync("pause", "southeastasia-1"));
        Assert.Equal("T", StateOf(before.Pid!.Value));
        Assert.Equal(NodeState.Paused, (await Up.NodeAsync("southeastasia-1")).State);
        var start = await Up.FaultAsync("start", "southeastasia-1");
        Assert.Equal(ExitCodes.Failed, start.ExitCode);
        Assert.Contains("ET6012", start.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await Up.FaultAsync("resume", "southeastasia-1")).ExitCode);
        Assert.NotEqual("T", StateOf(before.Pid.Value));
        await Eventually.IsAsync(() => Up.NodeAsync("southeastasia-1"), node => node.State == NodeState.Ready && node.Pid == before.Pid, Patience);
    }

    [Fact]
    public async Task Paused_node_can_be_killed()
    {
        await Up.FaultAsync("pause", "southeastasia-2");

        Assert.Equal((0, "southeastasia-2 dead\n", ""), await Up.FaultAsync("kill", "southeastasia-2"));
    }

    [Fact]
    public async Task Dead_node_can_be_neither_paused_nor_resumed_and_may_be_killed_again()
    {
        await Up.FaultAsync("kill", "koreacentral-2");

        Assert.Contains("ET6012", (await Up.FaultAsync("pause", "koreacentral-2")).Error, StringComparison.Ordinal);
        Assert.Contains("ET6012", (await Up.FaultAsync("resume", "koreacentral-2")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Up.FaultAsync("kill", "koreacentral-2")).ExitCode);
    }

    [Fact]
    public async Task Killed_region_is_unhealthy_and_the_other_answers_until_it_is_started()
    {
        Assert.Equal((0, "koreacentral-1 dead\nkoreacentral-2 dead\n", ""), await Up.FaultAsync("kill-region", "koreacentral"));

        Assert.Equal([false, true], (await Up.StatusAsync()).Regions.Select(region => region.Healthy));
        Assert.Equal("pizza with ham\n", (await Up.ChatAsync("ham")).Output);

        Assert.Equal((0, "koreacentral-1 ready\nkoreacentral-2 ready\n", ""), await Up.FaultAsync("start-region", "koreacentral"));
        Assert.Equal([true, true], (await Up.StatusAsync()).Regions.Select(region => region.Healthy));
    }

    [Fact]
    public async Task Heal_resumes_the_paused_and_starts_the_dead()
    {
        await Up.FaultAsync("pause", "koreacentral-1");
        await Up.FaultAsync("kill-region", "southeastasia");

        var healed = await Up.FaultAsync("heal");

        Assert.Equal((0, "koreacentral-1 ready\nkoreacentral-2 ready\nsoutheastasia-1 ready\nsoutheastasia-2 ready\n", ""), healed);
    }

    [Fact]
    public async Task Node_that_crashes_by_itself_is_started_again()
    {
        var before = await Up.NodeAsync("southeastasia-2");

        ProcessSignal.Send(before.Pid!.Value, 9);

        var after = await Eventually.IsAsync(
            () => Up.NodeAsync("southeastasia-2"), node => node.State == NodeState.Ready && node.Pid != before.Pid, Patience);
        Assert.NotEqual(before.Url, after.Url);
    }

    [Theory]
    [InlineData("kill", "nobody-1", "koreacentral-1, koreacentral-2")]
    [InlineData("kill-region", "eastus", "koreacentral, southeastasia")]
    public async Task Target_that_does_not_exist_is_refused_with_those_that_do(string action, string target, string hint)
    {
        var (exitCode, _, error) = await Up.FaultAsync(action, target);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.StartsWith("everturn: ET6011: ", error, StringComparison.Ordinal);
        Assert.Contains(hint, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_goes_on_when_the_answering_node_dies()
    {
        using var chat = Tool.Start(["chat", "--data", Up.Data]);
        await chat.StandardInput.WriteLineAsync("mushroom");
        await chat.StandardInput.FlushAsync(CancellationToken.None);
        Assert.Equal("pizza with mushroom", await chat.StandardOutput.ReadLineAsync().WaitAsync(Patience));

        // Whichever node answered, it is of the region that is preferred.
        await Up.FaultAsync("kill-region", "koreacentral");
        await chat.StandardInput.WriteLineAsync("cheese");
        chat.StandardInput.Close();

        Assert.Equal("pizza with mushroom and cheese", await chat.StandardOutput.ReadLineAsync().WaitAsync(Patience));
        Assert.Equal("", await chat.StandardOutput.ReadToEndAsync().WaitAsync(Patience));
        await chat.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, chat.ExitCode);
    }

    private static string StateOf(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat.Substring(stat.LastIndexOf(')') + 2, 1);
    }
}
