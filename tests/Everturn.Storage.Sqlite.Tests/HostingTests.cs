using Everturn.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Storage.Sqlite.Tests;

public sealed class HostingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task File_named_in_code_is_used()
    {
        await using var services = Build(null, builder => builder.UseSqlite(_directory.File("code.db")));
        Assert.Equal(_directory.File("code.db"), Assert.IsType<SqliteStore>(services.GetRequiredService<IStore>()).File);
    }

    [Fact]
    public async Task File_named_in_configuration_wins()
    {
        await using var services = Build("sqlite:" + _directory.File("configured.db"), builder => builder.UseSqlite(_directory.File("code.db")));
        Assert.Equal(_directory.File("configured.db"), Assert.IsType<SqliteStore>(services.GetRequiredService<IStore>()).File);
    }

    [Fact]
    public async Task Settings_made_in_code_hold_for_a_file_named_in_configuration()
    {
        await using var services = Build(
            "sqlite:" + _directory.File("configured.db"), builder => builder.UseSqlite(options => options.CheckpointPages = -1));
        var error = Assert.ThrowsAny<Exception>(() => services.GetRequiredService<IStore>());
        Assert.Contains("ET2012", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_that_ends_closes_the_file()
    {
        var services = Build(null, builder => builder.UseSqlite(_directory.File("store.db")));
        await services.GetRequiredService<IStore>().SaveAsync("a/b/c/d", "{}"u8.ToArray(), null, null);
        await services.DisposeAsync();
        Assert.Equal([_directory.File("store.db")], Directory.GetFiles(_directory.Path));
    }

    private static ServiceProvider Build(string? store, Action<EverturnBuilder> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        add(services.AddEverturnCore(options => options.Store = store));
        return services.BuildServiceProvider();
    }
}
