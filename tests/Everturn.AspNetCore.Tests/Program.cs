using Everturn.AspNetCore;
using Everturn.AspNetCore.Tests;
using Microsoft.AspNetCore.Builder;
using Xunit.Runner.InProc.SystemConsole;

if (args is not [ChildNode.Argument])
{
    return await ConsoleRunner.Run(args);
}

var builder = WebApplication.CreateSlimBuilder();
builder.Services.AddEverturn().AddBot<EchoBot>();
var app = builder.Build();
app.MapBot();
await app.RunAsync();
return 0;
