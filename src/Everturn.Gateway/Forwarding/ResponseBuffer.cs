namespace Everturn.Gateway.Forwarding;

/// <summary>
/// Keeps a node's answer until it is whole, so that a node that dies in the middle of it can be replaced by another. Answers
/// that are events, or larger than the limit, are passed on as they come.
/// </summary>
internal sealed class ResponseBuffer(Stream client, ByteBudget budget) : Stream
{
    private const int Limit = 1024 * 1024;
    private readonly BudgetedBuffer _buffer = new(budget);
    private bool _passesOn;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Passes on what is kept, and from now on each write at once.</summary>
    public async Task PassOnAsync(CancellationToken cancellationToken)
    {
        _passesOn = true;
        if (_buffer.Length > 0)
        {
            await client.WriteAsync(_buffer.Written, cancellationToken);
        }

        _buffer.Dispose();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_passesOn)
        {
            if (_buffer.Length + buffer.Length <= Limit && _buffer.TryAppend(buffer.Span))
            {
                return;
            }

            await PassOnAsync(cancellationToken);
        }

        await client.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _passesOn ? client.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _buffer.Dispose();
        }

        base.Dispose(disposing);
    }
}
