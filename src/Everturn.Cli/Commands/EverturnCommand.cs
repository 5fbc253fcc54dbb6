using System.CommandLine;

namespace Everturn.Cli.Commands;

/// <summary>The tool's command line as a whole: runs what it asks for and turns every failure into a line and an exit code.</summary>
internal static class EverturnCommand
{
    public static RootCommand Create() =>
        new("Runs a conversational bot on many nodes and regions of this machine.")
        {
            NewCommand.Create(),
            UpCommand.Create(),
            StatusCommand.Create(),
            FaultCommand.Create(),
            ChatCommand.Create(),
            VerifyCommand.Create(),
            StoreCommand.Create(),
            DataCommand.Create(),
            DeadLettersCommand.Create(),
        };

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync(
                $"everturn: {ErrorCodes.CommandLine}: {string.Join(' ', parsed.Errors.Select(found => found.Message))} (see everturn --help)");
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // Each command stops in its own way and time: `up` drains its nodes first.
                ProcessTerminationTimeout = null,
            });
        }
        catch (CliException exception)
        {
            foreach (var line in exception.Details)
            {
                await error.WriteLineAsync(line);
            }

            await error.WriteLineAsync($"everturn: {exception.Message}");
            return exception.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Failed;
        }
    }
}
