using System.Text;

namespace Everturn.Storage.AzureBlobs.Listing;

/// <summary>The order of keys in listings. That of UTF-16 differs where surrogates meet the characters above them.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static readonly Utf8Order Instance = new();

    public int Compare(string? x, string? y) =>
        Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
