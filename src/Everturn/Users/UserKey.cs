using Everturn.Storage;

namespace Everturn.Users;

/// <summary>Names a user's record.</summary>
/// <param name="Bot">The bot's name.</param>
/// <param name="Channel">The channel that vouches for the user.</param>
/// <param name="Id">The user's id there.</param>
internal readonly record struct UserKey(string Bot, string Channel, string Id)
{
    public const string Kind = "user";

    /// <exception cref="ArgumentException">The id is too long (ET1001).</exception>
    public string ToStoreKey() => StoreKey.Create(Bot, Channel, Kind, Id);

    /// <summary>Whether the key is that of a user's record.</summary>
    public static bool IsOne(string storeKey) => storeKey.Split('/', 4) is [_, _, Kind, _];
}
