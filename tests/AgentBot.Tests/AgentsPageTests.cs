using System.Globalization;
using AgentBot.Agents;
using Everturn.OpenAI;

namespace AgentBot.Tests;

/// <summary>What docs/agents.md states of limits and options is so.</summary>
public sealed class AgentsPageTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "agents.md"));

    [Fact]
    public void Every_option_of_the_client_is_documented() =>
        Assert.All(typeof(ChatCompletionsOptions).GetProperties(), option => Assert.Contains($"| `{option.Name}` |", Page, StringComparison.Ordinal));

    [Fact]
    public void Every_setting_of_the_sample_is_documented() =>
        Assert.All(typeof(AgentOptions).GetProperties(), option => Assert.Contains($"`Agent:{option.Name}`", Page, StringComparison.Ordinal));

    [Theory]
    [InlineData("one answer of the model", ModelCaller.MaxText)]
    [InlineData("tool calls in one answer", ModelCaller.MaxCalls)]
    [InlineData("a call's arguments", ModelCaller.MaxArguments)]
    [InlineData("a tool's result", Toolbox.MaxResult)]
    [InlineData("the reply", Agent.MaxWords)]
    public void Limit_is_as_documented(string what, int most) =>
        Assert.Matches(string.Create(CultureInfo.InvariantCulture, $@"\| {what} \| {most:N0}\b"), Page);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Everturn.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run from within the repository.");
        }

        return folder;
    }
}
