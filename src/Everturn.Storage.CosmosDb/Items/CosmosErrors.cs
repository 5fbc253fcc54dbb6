using System.Globalization;
using System.Net;
using Microsoft.Azure.Cosmos;

namespace Everturn.Storage.CosmosDb.Items;

/// <summary>Says in the user's words what Cosmos DB said in its own.</summary>
internal static class CosmosErrors
{
    // Substatus codes of 404: the read ran ahead of its session's replica; the database or container is gone.
    private const int ReadSessionNotAvailable = 1002;
    private const int OwnerNotFound = 1003;

    /// <summary>Whether there is no such item. A replica that lags and a container that is gone say 404 too.</summary>
    public static bool IsMissing(ResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.NotFound && SubStatus(answer.Headers) is not ReadSessionNotAvailable and not OwnerNotFound;

    /// <summary>Whether a write was refused because the item is not at the expected version, or exists although it must not.</summary>
    public static bool IsConflict(ResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict || IsMissing(answer);

    /// <summary>What the caller gets for an answer that is no success.</summary>
    public static Exception Create(ResponseMessage answer, string operation, string container) =>
        Create(answer.StatusCode, SubStatus(answer.Headers), answer.ErrorMessage, null, operation, container);

    /// <summary>What the caller gets for a failure of the client.</summary>
    public static Exception Create(Exception error, string operation, string container) => error switch
    {
        CosmosException refused => Create(refused.StatusCode, refused.SubStatusCode, refused.ResponseBody ?? refused.Message, error, operation, container),
        Azure.Identity.AuthenticationFailedException => New("ET2302", $"{operation} in {container}: nobody could be signed in ({FirstLine(error.Message)}). "
            + "Give this process an identity (workload, managed, or environment variables), or a connection string with a key.", error, lasting: true),
        // The client's own kind of this exception may fail to say its message, so it is not asked, nor handed on.
        OperationCanceledException => NoAnswer($"{operation} in {container}", "not within the time limit", null),
        _ => NoAnswer($"{operation} in {container}", FirstLine(error.Message), error),
    };

    private static CosmosDbStoreException Create(HttpStatusCode status, int subStatus, string? message, Exception? error, string operation, string container)
    {
        var where = $"{operation} in {container}";
        var said = $"{(int)status}/{subStatus}";
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                New("ET2302", $"{where}: not allowed ({said}: {FirstLine(message)}). Check the key, or give the identity the role Cosmos DB Built-in Data Contributor, and check the account's firewall.", error, lasting: true),
            HttpStatusCode.NotFound when subStatus != ReadSessionNotAvailable =>
                New("ET2304", $"{where}: there is no such database or container. Make it (everturn store init does; partition key /id, time to live on without default), or set CreateContainer and connect with a key.", error, lasting: true),
            HttpStatusCode.RequestEntityTooLarge => New("ET2306", $"{where}: the document is too large for Cosmos DB. Keep less in it.", error),
            HttpStatusCode.RequestTimeout or HttpStatusCode.Gone => NoAnswer(where, said, error),
            HttpStatusCode.NotFound or HttpStatusCode.TooManyRequests or (HttpStatusCode)449 or >= HttpStatusCode.InternalServerError =>
                New("ET2307", $"{where}: Cosmos DB is busy or failing ({said}). It is tried again; if this lasts, raise the container's throughput (429) or look at the account's health.", error),
            _ => New("ET2308", $"{where}: Cosmos DB refused ({said}: {FirstLine(message)}). Look the status up in Cosmos DB's HTTP status codes.", error),
        };
    }

    private static CosmosDbStoreException NoAnswer(string where, string said, Exception? error) =>
        New("ET2301", $"{where}: no answer from Cosmos DB ({said}). Check the address, the network and the account's firewall.", error);

    private static CosmosDbStoreException New(string code, string message, Exception? error, bool lasting = false) => new(code, message, lasting, error);

    private static int SubStatus(Headers headers) => int.TryParse(headers["x-ms-substatus"], CultureInfo.InvariantCulture, out var code) ? code : 0;

    private static string FirstLine(string? message) => (message ?? "").Split('\n')[0].TrimEnd('\r', '.', ' ');
}
