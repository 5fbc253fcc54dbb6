using System.Buffers.Binary;

namespace Everturn.Storage.Sqlite.Tests.WalReset;

// Looks into the log's index (the -shm file; offsets as in SQLite's description of its WAL format): how many pages the
// log holds, and how many of them are copied. The file is never closed: closing it would drop this process's locks on it.
internal sealed class LogIndex(string database)
{
    private readonly FileStream _index = new(database + "-shm", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    public uint Pages => Read(16);

    public bool IsCopied => Read(96) == Pages && Pages > 0;

    private uint Read(int offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        RandomAccess.Read(_index.SafeFileHandle, bytes, offset);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
