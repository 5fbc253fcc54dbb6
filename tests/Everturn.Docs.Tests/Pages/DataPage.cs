using Everturn.Users;

namespace Everturn.Docs.Tests.Pages;

internal static class DataPage
{
    public static async Task ExportAndEraseAsync(IUserData users, TextWriter file)
    {
        await foreach (var document in users.ExportAsync("ada"))
        {
            await file.WriteLineAsync($"{document.Kind} {document.Id}");
        }

        var report = await users.EraseAsync("ada");
        await file.WriteLineAsync($"{report.Pending.Count} documents are left.");
    }
}
