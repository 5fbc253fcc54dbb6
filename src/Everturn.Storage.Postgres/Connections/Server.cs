using Npgsql;

namespace Everturn.Storage.Postgres.Connections;

// Connections to one run of one server. Saves have a pool of their own: while they wait for a standby, loads go on; and nothing
// that cancels a load can ever meet a save.
internal sealed class Server(string host, DateTime startedAt, NpgsqlDataSource writes, NpgsqlDataSource reads, NpgsqlDataSource signals) : IAsyncDisposable
{
    public NpgsqlDataSource Writes => writes;

    public NpgsqlDataSource Reads => reads;

    public NpgsqlDataSource Signals => signals;

    public bool Is(string otherHost, DateTime otherStart) => host == otherHost && startedAt == otherStart;

    // What is under way goes on; its connections close behind it.
    public async ValueTask DisposeAsync()
    {
        await writes.DisposeAsync();
        await reads.DisposeAsync();
        await signals.DisposeAsync();
    }
}
