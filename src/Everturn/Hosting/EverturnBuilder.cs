using Everturn.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Hosting;

/// <summary>Adds a bot, a store and channels to a node.</summary>
/// <param name="services">The host's services.</param>
public sealed class EverturnBuilder(IServiceCollection services)
{
    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>Offers a store under a scheme. The last one added is used, unless <see cref="EverturnOptions.Store"/> names another.</summary>
    /// <param name="scheme">The name in <c>scheme:connection</c>, lower case.</param>
    /// <param name="create">Makes the store from the part behind the colon; null when only the scheme is given.</param>
    public EverturnBuilder AddStore(string scheme, Func<IServiceProvider, string?, IStore> create)
    {
        Services.AddSingleton(new StoreOffer(scheme, create));
        return this;
    }
}
