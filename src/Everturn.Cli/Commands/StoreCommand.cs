using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Everturn.Cli.Storage;
using Everturn.Storage;

namespace Everturn.Cli.Commands;

/// <summary><c>everturn store</c>: makes a store, looks at it, counts what it holds.</summary>
internal static partial class StoreCommand
{
    public static Command Create() => new("store", "Makes a store, tries whether it keeps its promises, counts what it holds.")
    {
        Create("init", "Makes what the store needs, or brings it to this version's form.", mayMake: true, InitAsync),
        Create("check", "Looks at the store's version, settings and speed, and tries what every store must promise.", mayMake: false, CheckAsync),
        Create("stats", "Counts what the store holds.", mayMake: false, StatsAsync),
    };

    private static Command Create(string name, string description, bool mayMake, Func<IStore, bool, TextWriter, CancellationToken, Task<int>> runAsync)
    {
        var store = new Option<string>("--store") { Description = "SCHEME:CONNECTION, for instance sqlite:FILE.", HelpName = "STORE", Required = true };
        var json = new Option<bool>("--json") { Description = "One line of JSON, for programs." };
        var command = new Command(name, description) { store };
        if (!mayMake)
        {
            command.Add(json);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                var opened = StoreCatalog.Open(parsed.GetRequiredValue(store), mayMake);
                try
                {
                    return await runAsync(opened, parsed.GetValue(json), parsed.InvocationConfiguration.Output, cancellationToken);
                }
                finally
                {
                    await CloseAsync(opened);
                }
            }
            catch (Exception exception) when (exception is not (CliException or OperationCanceledException))
            {
                throw Explain(exception);
            }
        });
        return command;
    }

    private static async Task<int> InitAsync(IStore store, bool _, TextWriter output, CancellationToken cancellationToken)
    {
        if (store is IStoreAdmin admin)
        {
            await admin.InitAsync(cancellationToken);
        }

        await output.WriteLineAsync("The store is ready.");
        return ExitCodes.Done;
    }

    private static async Task<int> CheckAsync(IStore store, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        var check = store is IStoreAdmin admin ? await admin.CheckAsync(cancellationToken) : null;
        var test = new StoreSelfTest(store);
        await test.RunAsync(cancellationToken);
        var report = new StoreReport(
            check?.Place, check?.Version, check?.Form, check?.Warnings ?? [], Math.Round(test.Read.TotalMilliseconds, 2), Math.Round(test.Write.TotalMilliseconds, 2), test.Tested, test.Failed);
        if (json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(report, CliJson.Default.StoreReport));
        }
        else
        {
            await output.WriteLineAsync($"place        {report.Place ?? "not told"}");
            await output.WriteLineAsync($"version      {report.Version ?? "not told"}");
            await output.WriteLineAsync($"form         {report.Form?.ToString(CultureInfo.InvariantCulture) ?? "not told"}");
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"round trip   {report.ReadMilliseconds:0.##} ms a read, {report.WriteMilliseconds:0.##} ms a write"));
            await output.WriteLineAsync($"promises     {report.Tested - report.Failed.Count} of {report.Tested} kept");
            foreach (var warning in report.Warnings)
            {
                await output.WriteLineAsync($"WARNING {warning}");
            }
        }

        return report.Failed.Count == 0
            ? ExitCodes.Done
            : throw new CliException(ErrorCodes.StoreFailsItsTest, $"the store does not keep what every store must: {string.Join("; ", report.Failed)}.");
    }

    private static async Task<int> StatsAsync(IStore store, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        if (store is not IStoreAdmin admin)
        {
            throw new CliException(ErrorCodes.StoreFailed, "this store cannot count what it holds.");
        }

        var stats = await admin.StatsAsync(cancellationToken);
        if (json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(stats, CliJson.Default.StoreStats));
            return ExitCodes.Done;
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"documents    {stats.Documents:N0}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"bytes        {stats.Bytes?.ToString("N0", CultureInfo.InvariantCulture) ?? "not told"}"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"due          {stats.Due:N0}{(stats.EarliestDue is { } first ? $", the first at {first:yyyy-MM-dd HH:mm:ss}Z" : "")}"));
        return ExitCodes.Done;
    }

    private static ValueTask CloseAsync(IStore store)
    {
        if (store is IAsyncDisposable disposable)
        {
            return disposable.DisposeAsync();
        }

        (store as IDisposable)?.Dispose();
        return default;
    }

    // A store's own errors begin with their codes.
    internal static CliException Explain(Exception exception) => Code().Match(exception.Message) is { Success: true } found
        ? new(found.Groups["code"].Value, found.Groups["text"].Value, inner: exception)
        : new(ErrorCodes.StoreFailed, $"the store failed: {exception.Message}", inner: exception);

    [GeneratedRegex("^(?<code>ET[0-9]{4}): (?<text>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
