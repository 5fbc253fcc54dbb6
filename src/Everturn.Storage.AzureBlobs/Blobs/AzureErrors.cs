using Azure;

namespace Everturn.Storage.AzureBlobs.Blobs;

/// <summary>Says in the user's words what Azure said in its own.</summary>
internal static class AzureErrors
{
    /// <summary>
    /// Whether a refusal says that the document is not at the expected version, or exists although it must not. Not every 409
    /// and 412 says so: a container that is being deleted is 409, a lease that some tool holds on the blob is 412.
    /// </summary>
    public static bool IsConflict(RequestFailedException error) => (error.Status, error.ErrorCode) switch
    {
        (409, "BlobAlreadyExists") => true,
        (412, null or "" or "ConditionNotMet" or "TargetConditionNotMet") => true,
        (404, "BlobNotFound") => true,
        _ => false,
    };

    /// <summary>Whether there is no such blob. A container that is gone is another matter.</summary>
    public static bool IsMissing(RequestFailedException error) => error.Status == 404 && error.ErrorCode is null or "" or "BlobNotFound";

    /// <summary>What the caller gets for a failure of the client.</summary>
    public static Exception Create(Exception error, string operation, Uri container)
    {
        var where = $"{operation} in {Describe(container)}";
        var inner = error is AggregateException { InnerExceptions: [.., var last] } ? last : error;
        if (inner is not RequestFailedException { Status: > 0 } refused)
        {
            return inner is Azure.Identity.AuthenticationFailedException
                ? New("ET2202", $"{where}: nobody could be signed in ({FirstLine(inner)}). Give this process an identity "
                    + "(workload, managed, or environment variables), or a connection with a key or SAS.", lasting: true)
                : New("ET2201", $"{where}: no answer from Azure Blob Storage ({FirstLine(inner)}). Check the address, the network and the firewall of the account.");
        }

        var said = $"{refused.Status} {refused.ErrorCode}";
        return (refused.Status, refused.ErrorCode) switch
        {
            (_, "FeatureNotYetSupportedForHierarchicalNamespaceAccounts" or "BlobTagsNotSupportedForAccountType" or "HierarchicalNamespaceNotSupported") =>
                New("ET2204", $"{where}: this kind of account has no index tags on blobs ({said}). Use a general-purpose v2 account without hierarchical namespace.", lasting: true),
            (401 or 403, _) => New("ET2202", $"{where}: not allowed ({said}). Give the identity the role Storage Blob Data Owner on the container, "
                + "or the SAS the permissions read, add, create, write, delete, list, tag and filter (racwdltf) on it, and check its times and the account's firewall.", lasting: true),
            (404, "ContainerNotFound") => New("ET2203", $"{where}: there is no such container. Make it (everturn store init does), or set CreateContainer and give the right to make it.", lasting: true),
            (413, _) => New("ET2206", $"{where}: the document is too large for Azure ({said}). Keep less in it."),
            (408 or 429 or >= 500, _) or (_, "ContainerBeingDeleted" or "OperationTimedOut") =>
                New("ET2205", $"{where}: Azure Blob Storage is busy or failing ({said}). It is tried again; if this lasts, look at the account's limits and health."),
            _ => New("ET2208", $"{where}: Azure Blob Storage refused ({said}: {FirstLine(refused)}). Look the code up in the storage services' error codes."),
        };

        AzureBlobStoreException New(string code, string message, bool lasting = false) => new(code, message, lasting, error);
    }

    /// <summary>The container's address without a SAS, which is a secret.</summary>
    public static string Describe(Uri container) => container.GetLeftPart(UriPartial.Path);

    private static string FirstLine(Exception error) => error.Message.Split('\n')[0].TrimEnd();
}
