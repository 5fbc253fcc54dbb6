using Microsoft.Azure.Cosmos;
using Newtonsoft.Json.Linq;

namespace Everturn.Storage.CosmosDb.Items;

/// <summary>What the settings of an account mean for the promise that acknowledged writes last.</summary>
internal static class AccountRules
{
    /// <exception cref="CosmosDbStoreException">Several regions take writes.</exception>
    public static void ThrowIfManyWriteRegions(AccountProperties account, string name)
    {
        // The client keeps this property to itself. An account with the setting and one region may get a second one at any time.
        var manyWrites = JObject.FromObject(account).Value<bool?>("enableMultipleWriteLocations") ?? false;
        var regions = account.WritableRegions.Select(region => region.Name).ToArray();
        if (manyWrites || regions.Length > 1)
        {
            throw new CosmosDbStoreException("ET2303", $"Opening the store in {name}: the account takes writes in several regions ({string.Join(", ", regions)}). "
                + "Each region would check an ETag against its own copy, and the last writer would win over a turn that was acknowledged. "
                + "Turn multi-region writes off (one write region), and set the default consistency to Strong over three regions.", isLasting: true);
        }
    }

    /// <summary>What can be lost with the write region; null when nothing acknowledged can.</summary>
    // https://learn.microsoft.com/azure/cosmos-db/consistency-levels#consistency-levels-and-data-durability
    public static string? Loss(AccountProperties account) => (account.Consistency.DefaultConsistencyLevel, account.ReadableRegions.Count()) switch
    {
        (ConsistencyLevel.Strong, _) => null,
        (_, < 2) => "there is one region, and nothing is left if it is lost.",
        (ConsistencyLevel.BoundedStaleness, _) => "when the write region is lost, the acknowledged writes within the account's staleness bound are lost with it.",
        _ => "when the write region is lost, up to the last 15 minutes of acknowledged writes can be lost with it.",
    };
}
