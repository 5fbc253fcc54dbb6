using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Everturn.Storage.Sqlite.Database;

namespace Everturn.Storage.Sqlite.Tests.WalReset;

// Runs code in the window where the WAL-reset bug lives: a checkpoint has read the log's header, and has not yet looked
// at how much of the log is copied. SQLite calls one function of its file layer just there (xUnfetch, when the header had
// changed since the connection last looked), so a connection with that function replaced can stop in the window.
internal static unsafe class CheckpointWindow
{
    private const int FilePointer = 7;
    private const int Functions = 18;
    private const int Unfetch = 17;

    private static readonly ConcurrentDictionary<nint, Hook> Hooks = new();

    public static void Open(Connection connection, Action inside)
    {
        File* file = null;
        fixed (byte* main = "main\0"u8) Assert.Equal(0, sqlite3_file_control(connection.Handle.DangerousGetHandle(), main, FilePointer, &file));
        Assert.True(*(int*)file->Methods >= 3, "SQLite's file layer has no xUnfetch.");
        // SQLite's own table is shared by all its files: this file gets a copy. It stays for the life of the process.
        var methods = (nint*)NativeMemory.Alloc((Functions + 1) * (nuint)sizeof(nint));
        Buffer.MemoryCopy(file->Methods, methods, (Functions + 1) * sizeof(nint), (Functions + 1) * sizeof(nint));
        Hooks[(nint)file] = new Hook(inside, (delegate* unmanaged[Cdecl]<File*, long, void*, int>)methods[1 + Unfetch]);
        methods[1 + Unfetch] = (nint)(delegate* unmanaged[Cdecl]<File*, long, void*, int>)&OnUnfetch;
        file->Methods = methods;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnUnfetch(File* file, long offset, void* page)
    {
        var hook = Hooks[(nint)file];
        hook.Inside();
        return hook.Original(file, offset, page);
    }

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sqlite3_file_control(nint database, byte* name, int operation, void* argument);

    // The beginning of sqlite3_file.
    private struct File
    {
        public nint* Methods;
    }

    private sealed class Hook(Action inside, delegate* unmanaged[Cdecl]<File*, long, void*, int> original)
    {
        public Action Inside { get; } = inside;

        public delegate* unmanaged[Cdecl]<File*, long, void*, int> Original { get; } = original;
    }
}
