using System.Globalization;

namespace NumbersBot;

/// <summary>What both dialogs say, and which numbers they take.</summary>
internal static class Words
{
    public const string First = "Enter a number.";

    public static string Second(decimal first) => $"I have {Write(first)} now enter another number";

    public static string Result(decimal difference) => $"The result of the first minus the second is {Write(difference)}.";

    /// <summary>The difference of two such numbers is still a decimal.</summary>
    public static bool Fits(decimal number) => Math.Abs(number) <= decimal.MaxValue / 2;

    private static string Write(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);
}
