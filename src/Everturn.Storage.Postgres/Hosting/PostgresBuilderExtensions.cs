using Everturn.Storage.Postgres;
using Everturn.Storage.Postgres.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Beside the builder it extends, so that a program needs no further using.
namespace Everturn.Hosting;

/// <summary>Adds the PostgreSQL store.</summary>
public static class PostgresBuilderExtensions
{
    /// <summary>Keeps conversations in PostgreSQL. <c>Everturn:Store=postgres:CONNECTION</c> names another server.</summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="connectionString">An Npgsql connection string; null leaves it to the configuration.</param>
    public static EverturnBuilder UsePostgres(this EverturnBuilder builder, string? connectionString = null) =>
        builder.UsePostgres(options => options.ConnectionString = connectionString ?? options.ConnectionString);

    /// <summary>Keeps conversations in PostgreSQL. <c>Everturn:Store=postgres:CONNECTION</c> names another server.</summary>
    /// <param name="builder">The node's builder.</param>
    /// <param name="configure">Changes the settings.</param>
    public static EverturnBuilder UsePostgres(this EverturnBuilder builder, Action<PostgresStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PostgresOpening>());
        return builder.AddStore("postgres", (services, connection) =>
        {
            var options = new PostgresStoreOptions();
            configure(options);
            if (!string.IsNullOrEmpty(connection)) options.ConnectionString = connection;
            return new PostgresStore(options, services.GetService<ILogger<PostgresStore>>());
        });
    }
}
