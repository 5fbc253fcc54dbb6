namespace Everturn.Users;

/// <summary>What the bot keeps of a user, wherever it stands: to hand it out, and to delete it.</summary>
/// <remarks>
/// A user is found by the id that the channel vouches for, or that his activities name as their sender. Both calls read every
/// conversation record of the channel once: they are for requests of persons, not for the turn's path.
/// </remarks>
public interface IUserData
{
    /// <summary>Lists what is kept of a user, as JSON documents.</summary>
    /// <param name="userId">The user's id on the channel.</param>
    /// <param name="channel">The channel; null for all channels of the bot.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="InvalidOperationException">Some documents could not be read (ET1034); it is thrown after all others.</exception>
    IAsyncEnumerable<UserDocument> ExportAsync(string userId, string? channel = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes what is kept of a user. His own conversations end; from those that he shares, what is his is taken out. What cannot be
    /// done yet is reported, and done by a later call; a call after all is done finds nothing.
    /// </summary>
    /// <param name="userId">The user's id on the channel.</param>
    /// <param name="channel">The channel; null for all channels of the bot.</param>
    /// <param name="cancellationToken">Stops it between two documents; the next call goes on.</param>
    Task<UserErasure> EraseAsync(string userId, string? channel = null, CancellationToken cancellationToken = default);
}
