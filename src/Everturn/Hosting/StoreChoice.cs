using Everturn.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Everturn.Hosting;

/// <summary>Picks the node's store among those that were offered.</summary>
internal static class StoreChoice
{
    public static IStore Choose(IServiceProvider provider)
    {
        var store = Open(provider);
        return provider.GetService<IRecordProtector>() is { } protector ? store.ProtectedBy(protector) : store;
    }

    private static IStore Open(IServiceProvider provider)
    {
        var offers = provider.GetServices<StoreOffer>().ToArray();
        var configured = provider.GetRequiredService<IOptions<EverturnOptions>>().Value.Store;
        if (string.IsNullOrEmpty(configured))
        {
            return offers[^1].Create(provider, null);
        }

        var parts = configured.Split(':', 2);
        var offer = Array.FindLast(offers, offer => offer.Scheme.Equals(parts[0], StringComparison.OrdinalIgnoreCase))
            ?? throw new OptionsValidationException(nameof(EverturnOptions), typeof(EverturnOptions),
            [
                $"ET1015: the store '{parts[0]}' is not known to this program; it offers {string.Join(", ", offers.Select(offer => offer.Scheme).Distinct(StringComparer.Ordinal))}. "
                + "Reference that store's package and call its Use method, or change Everturn:Store.",
            ]);
        return offer.Create(provider, parts.Length > 1 && parts[1].Length > 0 ? parts[1] : null);
    }
}
