namespace Everturn.Testing.Bots;

/// <summary>The chance that bots see: drawn by the seed, and in the second run of a turn something else than in the first.</summary>
internal sealed class BotRandom(int seed) : Random
{
    private readonly Lock _lock = new();
    private readonly Random _seeded = new(seed);

    public override int Next() => Next(0, int.MaxValue);

    public override int Next(int maxValue) => Next(0, maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => NextInt64(0, long.MaxValue);

    public override long NextInt64(long maxValue) => NextInt64(0, maxValue);

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        var range = unchecked((ulong)(maxValue - minValue));
        return range == 0 ? minValue : unchecked(minValue + (long)Math.Min((ulong)(Sample() * range), range - 1));
    }

    public override double NextDouble() => Sample();

    public override float NextSingle() => (float)(Math.Floor(Sample() * (1 << 24)) / (1 << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref var value in buffer)
        {
            value = (byte)Next(0, 256);
        }
    }

    protected override double Sample()
    {
        lock (_lock)
        {
            return RunUnderWay.Current?.Draw(_seeded.NextDouble) ?? _seeded.NextDouble();
        }
    }
}
