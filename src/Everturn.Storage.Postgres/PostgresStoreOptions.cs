using Microsoft.Extensions.Options;
using Npgsql;

namespace Everturn.Storage.Postgres;

/// <summary>Settings of a <see cref="PostgresStore"/>.</summary>
public sealed class PostgresStoreOptions
{
    /// <summary>
    /// An Npgsql connection string, for instance <c>Host=db;Database=bot;Username=bot;Password=...</c>; several hosts as
    /// <c>Host=db1,db2,db3</c>, of which the primary is used. No default.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// The schema that holds the tables. Default <c>everturn</c>; 1 to 48 lower-case letters, digits or <c>_</c>, not beginning
    /// with a digit. Bots may share one; stores in different schemas know nothing of each other.
    /// </summary>
    public string Schema { get; set; } = "everturn";

    /// <summary>
    /// Whether a node makes or migrates the tables when it starts. Default true. With false it changes nothing and needs no
    /// such rights: somebody else must have called <see cref="PostgresStore.InitAsync"/>.
    /// </summary>
    public bool ManageSchema { get; set; } = true;

    /// <summary>How long a load or listing may take before it fails. Default 5 s; range 1 s to 1 min, in whole seconds. Saves are never cut short.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a starting node goes on trying to reach the server before it gives up. Default 15 s; range 0 (one attempt) to 10 min.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(15);

    internal void ThrowIfInvalid()
    {
        var errors = new List<string>();
        CheckConnectionString(errors);
        if (Schema is null || Schema.Length is 0 or > 48 || char.IsAsciiDigit(Schema[0]) || !Schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            errors.Add($"ET2112: {nameof(Schema)} is '{Schema}'; it must be 1 to 48 lower-case letters, digits or '_', not beginning with a digit.");
        }

        if (ReadTimeout < TimeSpan.FromSeconds(1) || ReadTimeout > TimeSpan.FromMinutes(1)) errors.Add($"ET2112: {nameof(ReadTimeout)} is {ReadTimeout}; allowed are 1 s to 1 min.");
        if (StartTimeout < TimeSpan.Zero || StartTimeout > TimeSpan.FromMinutes(10)) errors.Add($"ET2112: {nameof(StartTimeout)} is {StartTimeout}; allowed are 0 to 10 min.");
        if (errors.Count > 0) throw new OptionsValidationException(nameof(PostgresStoreOptions), typeof(PostgresStoreOptions), errors);
    }

    // The messages never hold the string itself, which holds a password.
    private void CheckConnectionString(List<string> errors)
    {
        const string Cure = "Write it as Host=...;Database=...;Username=...;Password=...";
        if (string.IsNullOrWhiteSpace(ConnectionString))
        {
            errors.Add($"ET2101: there is no connection string for PostgreSQL. {Cure}, in UsePostgres or as Everturn:Store=postgres:CONNECTION.");
            return;
        }

        try
        {
            var parts = new NpgsqlConnectionStringBuilder(ConnectionString);
            if (string.IsNullOrWhiteSpace(parts.Host)) errors.Add($"ET2101: the connection string for PostgreSQL names no Host. {Cure}.");
            if (parts.TargetSessionAttributes is { } target && target.ToLowerInvariant() is not ("primary" or "read-write"))
            {
                errors.Add($"ET2101: the connection string for PostgreSQL has Target Session Attributes={target}; a store reads from the primary alone. Leave it out, or write read-write.");
            }
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException or NotSupportedException)
        {
            errors.Add($"ET2101: the connection string for PostgreSQL is not understood ({error.Message}). {Cure}.");
        }
    }
}
