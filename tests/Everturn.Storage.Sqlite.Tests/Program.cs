using Everturn.Storage.Sqlite.Tests.Processes;

// A test run, or one of the processes that a test starts.
if (args is [Worker.Verb, .. var workerArgs]) return await Worker.RunAsync(workerArgs);
if (args.Any(arg => arg is "--server" or "--internal-msbuild-node"))
{
    return await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
        args, Everturn.Storage.Sqlite.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}

return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
