namespace Everturn.Storage.Compliance;

// Ids that a store may trip over, in the order of their UTF-8 bytes. U+10000 and above come after U+FF5E here, and
// before it in UTF-16; a culture would put 'é' beside 'e', and 'B' behind 'a'.
internal static class OddKeys
{
    public static readonly IReadOnlyList<string> InByteOrder =
    [
        "\u0001control", "\tTab", " leading space", "#hash", "%", "%2F", "&", "'quote'; drop table documents;--", "*", "..", "/", "//",
        "0", "10", "19:meeting_MjdhNjM4YzU@thread.v2;messageid=1485983408511", "9", "?query=1", "B", "Z", "[bracket]", "\\backslash",
        "_", "a", "a ", "a/", "a/b", "aa", "b", "e\u0301 decomposed", "{\"json\":1}", "|pipe", "~", "\u00e9 composed", "\u0416",
        "\u05d0 right to left", "\u202eoverride", "\ud55c\uad6d", "\uff5e", "\ufffd", "\U00010000", "\U0001f355 pizza", "\U0010ffff",
    ];
}
