using Everturn.Cli.Commands;

return await EverturnCommand.RunAsync(args, Console.Out, Console.Error);
