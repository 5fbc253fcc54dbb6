using System.Text;

namespace Everturn.Cli.Cluster;

/// <summary>The output of a node's processes, one after another, in a bounded file.</summary>
/// <remarks>Beyond <see cref="MaxBytes"/> the file becomes <c>NAME.log.1</c>, which replaces the one before it.</remarks>
internal sealed class NodeLog : IDisposable
{
    public const long MaxBytes = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly string _file;
    private FileStream? _stream;

    public NodeLog(string file)
    {
        _file = file;
        _stream = Open(FileMode.Create);
    }

    public void WriteLine(string line) => Write(Encoding.UTF8.GetBytes(line + Environment.NewLine));

    /// <summary>Appends bytes; what comes after the log is closed is dropped.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_stream is null)
            {
                return;
            }

            if (_stream.Length + bytes.Length > MaxBytes)
            {
                _stream.Dispose();
                File.Move(_file, _file + ".1", overwrite: true);
                _stream = Open(FileMode.Create);
            }

            _stream.Write(bytes);
        }
    }

    /// <summary>Copies a process's output until its end.</summary>
    public async Task CopyAsync(Stream output)
    {
        var buffer = new byte[4096];
        int read;
        while ((read = await output.ReadAsync(buffer)) > 0)
        {
            Write(buffer.AsSpan(0, read));
        }
    }

    /// <summary>The last lines, at most <paramref name="count"/>, of the last 64 KiB.</summary>
    public IReadOnlyList<string> Tail(int count)
    {
        using var stream = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, 64 * 1024), SeekOrigin.End);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).TakeLast(count).ToArray();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _stream?.Dispose();
            _stream = null;
        }
    }

    // No buffer of its own: a tail read after a crash must hold the last words.
    private FileStream Open(FileMode mode) => new(_file, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
}
