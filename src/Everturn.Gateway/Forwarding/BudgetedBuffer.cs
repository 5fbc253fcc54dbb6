using System.Buffers;

namespace Everturn.Gateway.Forwarding;

/// <summary>Bytes that grow as they come, from the pool and within the budget.</summary>
internal sealed class BudgetedBuffer(ByteBudget budget) : IDisposable
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>A stream over what was written; as many as wanted.</summary>
    public Stream OpenRead() => new MemoryStream(_bytes, 0, Length, writable: false);

    /// <summary>Room for at least one byte more; false when the budget is used up.</summary>
    public bool TryGetRoom(out Memory<byte> room)
    {
        if (Length == _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(4096, _bytes.Length * 2));
            if (!budget.TryTake(larger.Length - _bytes.Length))
            {
                ArrayPool<byte>.Shared.Return(larger);
                room = default;
                return false;
            }

            Written.CopyTo(larger);
            ReturnToPool();
            _bytes = larger;
        }

        room = _bytes.AsMemory(Length);
        return true;
    }

    public void Advance(int count) => Length += count;

    /// <summary>Takes all of the bytes, or none when the budget is used up.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        var before = Length;
        while (!bytes.IsEmpty)
        {
            if (!TryGetRoom(out var room))
            {
                Length = before;
                return false;
            }

            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room.Span);
            Length += count;
            bytes = bytes[count..];
        }

        return true;
    }

    public void Dispose()
    {
        budget.Return(_bytes.Length);
        ReturnToPool();
        (_bytes, Length) = ([], 0);
    }

    private void ReturnToPool()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
