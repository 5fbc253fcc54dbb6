namespace Everturn.OpenAI.Wire;

/// <summary>What is read of an answer: no more than its limit, and never a long wait for the next bytes.</summary>
internal sealed class LimitedStream(Stream inner, long most, TimeSpan stall, TimeProvider time, string endpoint) : Stream
{
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(2);

    private long _read;
    private ReadOnlyMemory<byte> _peeked;

    /// <summary>Set once the answer is complete. What may follow is waited for a short time, and that it does not come is no failure.</summary>
    public bool HasEnded { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    /// <summary>The first byte that is no space, which the next reading begins with; null of a body without one.</summary>
    public async ValueTask<byte?> PeekAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        while (await ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (buffer.AsSpan(0, count).IndexOfAnyExcept(" \t\r\n"u8) is var first and >= 0)
            {
                _peeked = buffer.AsMemory(first, count - first);
                return buffer[first];
            }
        }

        return null;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_peeked.IsEmpty)
        {
            var taken = _peeked[..Math.Min(_peeked.Length, buffer.Length)];
            taken.CopyTo(buffer);
            _peeked = _peeked[taken.Length..];
            return taken.Length;
        }

        using var patience = new CancellationTokenSource(HasEnded && stall > Tail ? Tail : stall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return HasEnded ? 0 : throw Failures.TooSlow(endpoint, $"sent nothing for {stall} in the midst of its answer");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return HasEnded ? 0 : throw Failures.Cut(endpoint, exception);
        }

        _read += count;
        return _read <= most ? count : throw Failures.TooLarge(endpoint, most);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
