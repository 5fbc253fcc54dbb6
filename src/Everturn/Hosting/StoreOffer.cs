using Everturn.Storage;

namespace Everturn.Hosting;

internal sealed record StoreOffer(string Scheme, Func<IServiceProvider, string?, IStore> Create);
