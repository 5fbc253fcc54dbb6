using System.Text;
using System.Text.Json;
using Everturn.DirectLine.Json;

namespace Everturn.DirectLine.Tests.Json;

public sealed class RawJsonTests
{
    [Theory]
    [InlineData("""{}""", """{"id":"1"}""")]
    [InlineData("""{"id":null}""", """{"id":"1"}""")]
    [InlineData("""{"a":1}""", """{"a":1,"id":"1"}""")]
    [InlineData(""" { "id" : [1, {"id":2}] , "a" : 1.0e2 } """, """{"id":"1","a" : 1.0e2}""")]
    [InlineData("""{"\u0069d":"x","a":"\u00e4"}""", """{"id":"1","a":"\u00e4"}""")]
    [InlineData("""{"x":{"id":"inner"}}""", """{"x":{"id":"inner"},"id":"1"}""")]
    public void Set_changes_one_root_member_and_no_other_byte(string json, string expected) =>
        Assert.Equal(expected, Patch(json, JsonEdit.Set("id", "1")));

    [Theory]
    [InlineData("""{"a":1,"gone":{"b":[1]},"c":2}""", """{"a":1,"c":2}""")]
    [InlineData("""{"gone":1,"c":2}""", """{"c":2}""")]
    [InlineData("""{"gone":1}""", """{}""")]
    [InlineData("""{}""", """{}""")]
    public void Remove_takes_the_member_and_its_comma(string json, string expected) =>
        Assert.Equal(expected, Patch(json, JsonEdit.Remove("gone")));

    [Theory]
    [InlineData("""{"data":{"x": 1}}""", """{"data":{"x": 1,"n":7}}""")]
    [InlineData("""{"data":null}""", """{"data":{"n":7}}""")]
    [InlineData("""{}""", """{"data":{"n":7}}""")]
    [InlineData("""{"data":{"n":{"old":true}}}""", """{"data":{"n":7}}""")]
    [InlineData("""{"data":"text"}""", """{"data":"text"}""")]
    [InlineData("""{"data":[1]}""", """{"data":[1]}""")]
    public void Within_changes_objects_makes_missing_ones_and_leaves_other_kinds(string json, string expected) =>
        Assert.Equal(expected, Patch(json, JsonEdit.Within("data", JsonEdit.SetRaw("n", "7"u8.ToArray()))));

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a":}""")]
    public void Patch_of_what_is_no_object_throws(string json) =>
        Assert.ThrowsAny<JsonException>(() => Patch(json, JsonEdit.Set("id", "1")));

    [Fact]
    public void String_with_quotes_and_control_characters_is_escaped()
    {
        var patched = Patch("{}", JsonEdit.Set("id", "a\"b\\c\n\u2028ü"));
        using var document = JsonDocument.Parse(patched);
        Assert.Equal("a\"b\\c\n\u2028ü", document.RootElement.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{"id":"x"}""", "x")]
    [InlineData("""{"a":{"id":"y"},"id":"x"}""", "x")]
    [InlineData("""{"id":7}""", null)]
    [InlineData("""{"a":{"id":"y"}}""", null)]
    public void String_member_is_looked_for_at_the_root(string json, string? expected) =>
        Assert.Equal(expected, RawJson.StringMember(Encoding.UTF8.GetBytes(json), "id"));

    private static string Patch(string json, params JsonEdit[] edits) =>
        Encoding.UTF8.GetString(RawJson.Patch(Encoding.UTF8.GetBytes(json), edits));
}
