using Everturn.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

// Beside the builder it extends, so that a program needs no further using.
namespace Everturn.Hosting;

/// <summary>Adds the embedded store.</summary>
public static class SqliteBuilderExtensions
{
    /// <summary>Keeps conversations in one SQLite file. <c>Everturn:Store=sqlite:FILE</c> names another file.</summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="file">The file; default <c>everturn.db</c> in the working directory.</param>
    public static EverturnBuilder UseSqlite(this EverturnBuilder builder, string? file = null) =>
        builder.UseSqlite(options => options.File = file ?? options.File);

    /// <summary>Keeps conversations in one SQLite file. <c>Everturn:Store=sqlite:FILE</c> names another file.</summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="configure">Changes the settings.</param>
    public static EverturnBuilder UseSqlite(this EverturnBuilder builder, Action<SqliteStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.AddStore("sqlite", (services, connection) =>
        {
            var options = new SqliteStoreOptions();
            configure(options);
            if (!string.IsNullOrEmpty(connection)) options.File = connection;
            return new SqliteStore(options, services.GetService<ILogger<SqliteStore>>());
        });
    }
}
