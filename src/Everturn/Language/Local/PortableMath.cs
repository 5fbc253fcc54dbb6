namespace Everturn.Language.Local;

/// <summary>
/// Functions that give the same bits on every machine. <see cref="Math.Exp"/> does not: it is the platform's own. Built from operations
/// that IEEE 754 fixes to the last bit.
/// </summary>
internal static class PortableMath
{
    private const double Log2E = 1.4426950408889634;

    // ln 2 in two parts: k times the first is exact for every k that can occur.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>e to the power of a number that is not above 0.</summary>
    public static double Exp(double x)
    {
        if (x < -700) return 0;
        var k = Math.Round(x * Log2E);
        var r = x - (k * Ln2High) - (k * Ln2Low);

        // Taylor's series: |r| is at most ln 2 / 2, so 14 terms reach the last bit.
        var sum = 1.0;
        for (var term = 14; term >= 1; term--)
        {
            sum = 1 + (sum * r / term);
        }

        return Math.ScaleB(sum, (int)k);
    }

    /// <summary>Makes probabilities of scores, in place.</summary>
    public static void Softmax(Span<double> scores, double scale = 1)
    {
        var most = double.NegativeInfinity;
        foreach (var score in scores) most = Math.Max(most, score);
        var sum = 0.0;
        foreach (ref var score in scores)
        {
            score = Exp((score - most) * scale);
            sum += score;
        }

        foreach (ref var score in scores) score /= sum;
    }
}
