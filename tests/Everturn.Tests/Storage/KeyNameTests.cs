using System.Text;
using Everturn.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace Everturn.Tests.Storage;

public sealed class KeyNameTests
{
    // Small, so that many names are cut.
    private const int MaxLength = 160;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-=_~!";

    // Neighbours in the order of bytes, what stands for itself and what does not, and characters of two to four bytes.
    private static readonly string[] Pieces =
        ["\u0001", " ", "!", "-", ".", "/", "..", "0", "9", ":", "=", "@", "A", "Z", "[", "\\", "_", "`", "a", "z", "{", "~", "\u007f", "\u00e9", "\ud55c", "\ufffd", "\U0001f355", "-2F", "%2F", "?", "#"];

    private static readonly Gen<string> Keys =
        from start in Gen.Elements("", "common/beginning/", new string('k', 90), new string('/', 31), new string('k', 95) + "/")
        from pieces in Gen.Elements(Pieces).NonEmptyListOf()
        select start + string.Concat(pieces);

    [Fact]
    public void Names_hold_only_safe_characters_and_keep_to_the_limit() =>
        Check(Keys, key =>
        {
            var name = KeyName.Of(key, MaxLength);
            return name.Length is > 0 and <= MaxLength && name.All(c => Alphabet.Contains(c, StringComparison.Ordinal));
        });

    [Fact]
    public void Whole_names_lead_back_to_their_keys_and_cut_ones_to_none()
    {
        var (whole, cut) = (0, 0);
        Check(Keys, key =>
        {
            var name = KeyName.Of(key, MaxLength);
            if (KeyName.Head(name) is null) whole++;
            else cut++;
            return KeyName.TryDecode(name) == (KeyName.Head(name) is null ? key : null);
        });
        Assert.True(whole > 100 && cut > 100, $"{whole} whole names and {cut} cut ones.");
    }

    [Fact]
    public void Different_keys_have_different_names() =>
        Check(Pairs(), pair => pair.A == pair.B == (KeyName.Of(pair.A, MaxLength) == KeyName.Of(pair.B, MaxLength)));

    [Fact]
    public void Names_are_in_the_order_of_the_keys_bytes_unless_they_share_a_head() =>
        Check(Pairs(), pair =>
        {
            var (a, b) = (KeyName.Of(pair.A, MaxLength), KeyName.Of(pair.B, MaxLength));
            var shared = (KeyName.Head(a) is { } headA && b.StartsWith(headA, StringComparison.Ordinal))
                || (KeyName.Head(b) is { } headB && a.StartsWith(headB, StringComparison.Ordinal));
            var keys = Encoding.UTF8.GetBytes(pair.A).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(pair.B));
            return shared || Math.Sign(keys) == Math.Sign(string.CompareOrdinal(a, b));
        });

    // A key that equals a head may stand before the names that share it, and nothing else comes between them.
    [Fact]
    public void Names_that_share_a_head_stand_together() =>
        Check(Keys.ListOf(), keys =>
        {
            var names = keys.Select(key => KeyName.Of(key, MaxLength)).Order(StringComparer.Ordinal).ToList();
            return names.Select(KeyName.Head).OfType<string>().All(head =>
            {
                var shared = names.Select(name => name.StartsWith(head, StringComparison.Ordinal)).ToList();
                return shared.LastIndexOf(true) - shared.IndexOf(true) + 1 == shared.Count(is_ => is_);
            });
        });

    [Fact]
    public void Name_begins_as_its_keys_beginning_says() =>
        Check(from key in Keys from length in Gen.Choose(0, 200) select (Key: key, Length: length), at =>
        {
            var length = Math.Min(at.Length, at.Key.Length);
            // A beginning is of whole characters.
            if (length > 0 && char.IsHighSurrogate(at.Key[length - 1])) length--;
            return KeyName.Of(at.Key, MaxLength).StartsWith(KeyName.Prefix(at.Key[..length], MaxLength), StringComparison.Ordinal);
        });

    [Fact]
    public void Names_that_no_key_has_are_not_decoded() =>
        Assert.All(["", "-2", "-2f", "-G0", "a b", "=2F", "-41", "~FF", "~ED~A0~80", "-00", "x!00"], name => Assert.Null(KeyName.TryDecode(name)));

    private static Gen<(string A, string B)> Pairs() =>
        from a in Keys
        from b in Gen.OneOf(Keys, Gen.Elements(Pieces).Select(piece => a + piece), Gen.Constant(a))
        select (a, b);

    private static void Check<T>(Gen<T> cases, Func<T, bool> holds) =>
        Prop.ForAll(Arb.From(cases), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true));
}
