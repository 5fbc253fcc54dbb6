using System.Globalization;
using System.Text.RegularExpressions;
using AgentBot.Agents;
using Everturn.OpenAI;

namespace AgentBot.Tests;

/// <summary>What docs/agents.md shows is in the sample, and what it states of limits and options is so.</summary>
public sealed partial class AgentsPageTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "agents.md"));

    [Fact]
    public void Every_snippet_of_the_page_is_in_the_sample()
    {
        var code = Directory.EnumerateFiles(Path.Combine(Root, "samples", "AgentBot"), "*.cs", SearchOption.AllDirectories).Select(file => Lines(File.ReadAllText(file))).ToArray();
        var snippets = Snippet().Matches(Page).Select(match => Lines(match.Groups["code"].Value)).ToArray();

        Assert.NotEmpty(snippets);
        Assert.All(snippets, snippet => Assert.Contains(code, file => file.Contains(snippet, StringComparison.Ordinal)));

        static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
    }

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

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Snippet();
}
