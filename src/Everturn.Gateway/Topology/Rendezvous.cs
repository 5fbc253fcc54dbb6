namespace Everturn.Gateway.Topology;

/// <summary>
/// Highest-random-weight hashing (Thaler and Ravishankar, 1998): each node gets a weight from its name and the key, the
/// highest wins. When a node goes, only its own keys move; when it returns, the same ones come back.
/// </summary>
internal static class Rendezvous
{
    /// <summary>The same in every process and on every machine, so that gateways side by side agree.</summary>
    public static ulong Weight(string node, string key)
    {
        // FNV-1a over both names, then the finalizer of MurmurHash3: FNV alone leaves the last characters in the low bits.
        var hash = 14695981039346656037UL;
        foreach (var c in node)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ '\n') * 1099511628211UL;
        foreach (var c in key)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
