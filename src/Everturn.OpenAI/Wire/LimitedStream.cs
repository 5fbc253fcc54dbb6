namespace Everturn.OpenAI.Wire;

/// <summary>What is read of an answer: no more than its limit, and never a long wait for the next bytes.</summary>
internal sealed class LimitedStream(Stream inner, long most, TimeSpan stall, TimeProvider time, string endpoint) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var patience = new CancellationTokenSource(stall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Failures.TooSlow(endpoint, $"sent nothing for {stall} in the midst of its answer");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Failures.Cut(endpoint, exception);
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
