using System.Buffers;
using System.Net.WebSockets;

namespace Everturn.Gateway.Streaming;

/// <summary>Reads whole messages of a socket into a buffer that grows up to a limit.</summary>
internal sealed class MessageReader(int limit) : IDisposable
{
    private const int UsualBytes = 4096;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(UsualBytes);

    /// <summary>The last message, until the next is read.</summary>
    public ReadOnlyMemory<byte> Message { get; private set; }

    /// <returns>The message's type, <see cref="WebSocketMessageType.Close"/> included; null when it is larger than the limit.</returns>
    public async Task<WebSocketMessageType?> ReadAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        if (_buffer.Length > UsualBytes * 4)
        {
            Resize(UsualBytes, 0);
        }

        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                if (length >= limit)
                {
                    return null;
                }

                Resize(length * 2, length);
            }

            var received = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
            length += received.Count;
            if (length > limit)
            {
                return null;
            }

            if (received.EndOfMessage || received.MessageType == WebSocketMessageType.Close)
            {
                Message = _buffer.AsMemory(0, length);
                return received.MessageType;
            }
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, Message) = ([], default);
    }

    private void Resize(int size, int keep)
    {
        var other = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, keep).CopyTo(other);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = other;
    }
}
