using Microsoft.Playwright;

namespace Everturn.EndToEnd;

/// <summary>
/// A headless Chromium of the machine's own, driven by Playwright. EVERTURN_CHROMIUM or CHROMIUM names its program;
/// otherwise it is looked for on the PATH. A test that asks for one is skipped where there is none.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome", "chrome.exe", "msedge.exe"];

    // As root, as in a container, Chromium runs without its sandbox only; the rest keeps it from calling home.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    // A page does in seconds what it does at once while the machine builds something else.
    private const float PatienceMilliseconds = 15_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    public static async Task<Browser> LaunchAsync()
    {
        var program = Find();
        Assert.SkipWhen(program is null, "Chromium is missing: install the package chromium, or set EVERTURN_CHROMIUM to its path.");
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        var playwright = await Playwright.CreateAsync();
        try
        {
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>Opens a page in a profile of its own.</summary>
    public Task<IPage> OpenPageAsync() => _browser.NewPageAsync();

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string? Find()
    {
        foreach (var variable in (string[])["EVERTURN_CHROMIUM", "CHROMIUM"])
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path)
            {
                return path;
            }
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Programs.SelectMany(program => folders.Select(folder => Path.Combine(folder, program))).FirstOrDefault(File.Exists);
    }
}
