using System.Runtime.InteropServices;
using System.Text;
using Everturn.Storage.Sqlite.Database;
using Microsoft.Extensions.Options;

namespace Everturn.Storage.Sqlite.Tests;

public sealed partial class OpeningTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Missing_directory_is_made_and_the_file_in_it()
    {
        var file = _directory.File("a/b c/é.db");
        await using var store = Open(file);
        Assert.True(File.Exists(file));
        Assert.Equal(file, store.File);
    }

    [Fact]
    public async Task Relative_file_is_found_again_after_the_working_directory_changed()
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, _directory.File("relative.db"));
        await using var store = Open(relative);
        Assert.Equal(_directory.File("relative.db"), store.File);
    }

    [Fact]
    public async Task Empty_file_becomes_a_store()
    {
        await File.WriteAllBytesAsync(_directory.File("empty.db"), []);
        await using var store = Open(_directory.File("empty.db"));
        Assert.True((await store.SaveAsync("a/b/c/d", "{}"u8.ToArray(), null, null)).IsSaved);
    }

    [Fact]
    public async Task Closed_store_leaves_one_file()
    {
        await using (var store = Open(_directory.File("store.db"))) await store.SaveAsync("a/b/c/d", "{}"u8.ToArray(), null, null);
        Assert.Equal([_directory.File("store.db")], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void Directory_that_cannot_be_made_is_refused()
    {
        File.WriteAllText(_directory.File("file"), "");
        AssertRefused("ET2001", _directory.File("file/store.db"));
    }

    [Fact]
    public void Directory_in_place_of_the_file_is_refused() => AssertRefused("ET2001", _directory.Path);

    [Fact]
    public void File_that_is_no_database_is_refused_and_left_alone()
    {
        var text = string.Concat(Enumerable.Repeat("not a database\n", 100));
        File.WriteAllText(_directory.File("text.db"), text);
        AssertRefused("ET2002", _directory.File("text.db"));
        Assert.Equal(text, File.ReadAllText(_directory.File("text.db")));
    }

    [Fact]
    public void Database_of_another_program_is_refused_and_left_alone()
    {
        var file = _directory.File("other.db");
        Execute(file, "CREATE TABLE addresses(name TEXT); PRAGMA user_version=7;");
        AssertRefused("ET2002", file);
        Assert.Equal("delete", Read(file, "PRAGMA journal_mode"));
        Assert.Equal("addresses", Read(file, "SELECT name FROM sqlite_schema"));
    }

    [Fact]
    public async Task File_from_a_newer_version_is_refused_and_left_alone()
    {
        var file = _directory.File("newer.db");
        await using (Open(file))
        {
        }

        Execute(file, $"PRAGMA user_version={Schema.Version + 1}");
        var error = AssertRefused("ET2003", file);
        Assert.Contains("upgrade this node", error.Message, StringComparison.Ordinal);
        Assert.Equal($"{Schema.Version + 1}", Read(file, "SELECT user_version || '' FROM pragma_user_version"));
    }

    [Fact]
    public async Task Damaged_file_is_named_when_it_is_read()
    {
        var file = _directory.File("damaged.db");
        await using (var store = Open(file))
        {
            for (var i = 0; i < 200; i++) await store.SaveAsync($"a/b/c/{i:000}", new byte[500], null, null);
        }

        await using (var damage = File.OpenWrite(file))
        {
            damage.Position = 2 * 4096;
            damage.Write(Encoding.UTF8.GetBytes(new string('?', 20 * 4096)));
        }

        await using var damaged = Open(file);
        var error = await Assert.ThrowsAsync<SqliteStoreException>(async () =>
        {
            for (var i = 0; i < 200; i++) await damaged.LoadAsync($"a/b/c/{i:000}", CancellationToken.None);
        });
        Assert.Equal("ET2007", error.Code);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("a/b/c/", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_only_file_is_refused()
    {
        var file = _directory.File("readonly.db");
        using (Open(file))
        {
        }

        File.SetAttributes(file, FileAttributes.ReadOnly);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
        // The administrator may write to read-only files; on Linux a thread can put that right aside.
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess) _ = setfsuid(65534);
        try
        {
            AssertRefused("ET2004", file);
        }
        finally
        {
            if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess) _ = setfsuid(0);
            File.SetAttributes(file, FileAttributes.Normal);
        }
    }

    [Fact]
    public void Wrong_options_are_told_all_at_once()
    {
        var options = new SqliteStoreOptions { File = " ", LockTimeout = TimeSpan.Zero, CheckpointPages = 0, Durability = (SqliteDurability)9 };
        var error = Assert.Throws<OptionsValidationException>(() => new SqliteStore(options));
        Assert.Equal(4, error.Failures.Count());
        Assert.All(error.Failures, failure => Assert.StartsWith("ET2012", failure, StringComparison.Ordinal));
    }

    // Nodes of one cluster start at once, on a file that is not there yet.
    [Fact]
    public async Task Many_openings_at_once_of_a_new_file_all_succeed()
    {
        for (var round = 0; round < 5; round++)
        {
            var file = _directory.File($"new-{round}.db");
            var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Open(file))));
            Assert.All(await Task.WhenAll(stores.Select(async (store, i) => await store.SaveAsync($"a/b/c/{i}", "{}"u8.ToArray(), null, null))), saved => Assert.True(saved.IsSaved));
            await Task.WhenAll(stores.Select(async store => await store.DisposeAsync()));
        }
    }

    private static SqliteStore Open(string file) => new(new SqliteStoreOptions { File = file });

    private static SqliteStoreException AssertRefused(string code, string file)
    {
        var error = Assert.Throws<SqliteStoreException>(() => Open(file));
        Assert.Equal(code, error.Code);
        Assert.StartsWith(code + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        return error;
    }

    private static void Execute(string file, string sql)
    {
        using var connection = Connection.Open(new SqliteStoreOptions { File = file });
        connection.Execute(sql, "test");
    }

    private static string Read(string file, string sql)
    {
        using var connection = Connection.Open(new SqliteStoreOptions { File = file });
        return connection.ReadText(sql, "test");
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setfsuid(int user);
}
