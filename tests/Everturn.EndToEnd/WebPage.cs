using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Everturn.EndToEnd;

/// <summary>The page at the gateway's root, as a person uses it.</summary>
internal sealed class WebPage
{
    private readonly IPage _page;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _foreignRequests = new();

    private WebPage(IPage page, Uri gateway)
    {
        _page = page;
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "startGroup")
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.Request += (_, request) =>
        {
            if (Uri.TryCreate(request.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Authority != gateway.Authority)
            {
                _foreignRequests.Enqueue(request.Url);
            }
        };
    }

    /// <summary>Exceptions that no script of the page caught.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Errors that the page's scripts have written to the console.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Requests to anything but the gateway.</summary>
    public IReadOnlyCollection<string> ForeignRequests => _foreignRequests;

    /// <summary>The replies and who gave them, latest first.</summary>
    public ILocator Answers => _page.GetByTestId("answers").GetByTestId("answer");

    public ILocator SendBox => _page.GetByTestId("webchat").GetByRole(AriaRole.Textbox);

    public static async Task<WebPage> OpenAsync(Browser browser, Uri gateway)
    {
        var page = await browser.OpenPageAsync();
        var opened = new WebPage(page, gateway);
        await page.GotoAsync(gateway.ToString());
        return opened;
    }

    public ILocator Node(string name) => _page.GetByTestId($"node-{name}");

    public ILocator Nodes(string state) => _page.GetByTestId("regions").Locator($"[data-state='{state}']");

    public ILocator Button(string name) => _page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Notice(string topic) => _page.GetByTestId($"notice-{topic}");

    /// <summary>A message in Web Chat's transcript with exactly this text; what is read aloud is no paragraph.</summary>
    public ILocator Message(string text)
        => _page.GetByTestId("webchat").GetByRole(AriaRole.Paragraph).Filter(
            new() { HasTextRegex = new Regex($"^{Regex.Escape(text)}$", RegexOptions.None, TimeSpan.FromSeconds(1)) });

    /// <summary>All messages in Web Chat's transcript, in order.</summary>
    public ILocator Messages => _page.GetByTestId("webchat").GetByRole(AriaRole.Paragraph);

    /// <summary>Messages in Web Chat's transcript with this in their texts, those that are still being written too.</summary>
    public ILocator Bubbles(string text)
        => _page.GetByTestId("webchat").GetByRole(AriaRole.Paragraph).Filter(new() { HasText = text });

    /// <summary>Types a message, key by key, and presses Enter.</summary>
    public async Task SayAsync(string text)
    {
        await SendBox.PressSequentiallyAsync(text);
        await SendBox.PressAsync("Enter");
    }

    /// <summary>The latest reply's node and revision.</summary>
    public async Task<(string Node, int Revision)> LastAnswerAsync()
    {
        var answer = Answers.First;
        var node = await answer.GetAttributeAsync("data-node");
        var revision = await answer.GetAttributeAsync("data-revision");
        return (node ?? "", int.Parse(revision ?? "", CultureInfo.InvariantCulture));
    }
}
