using System.Diagnostics;

namespace Everturn.Storage.Postgres.Tests.Servers;

// A file system in memory of a few megabytes, to fill up.
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "not on a system where the tests may not mount a small disk (Linux, as root).");
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("everturn-disk-").FullName);
        var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,uid=postgres,mode=0700", "tmpfs", disk.Path);
        Assert.SkipUnless(mounted, "not on a system where the tests may not mount a small disk (in a container without that right).");
        return disk;
    }

    public async Task GrowAsync(int megabytes) =>
        Assert.True(await RunAsync("mount", "-o", $"remount,size={megabytes}m", Path), "The small disk could not be made larger.");

    // Lazily, because the server lets go of its files a moment later.
    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
