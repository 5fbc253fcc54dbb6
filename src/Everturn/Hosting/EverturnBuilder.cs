using System.Diagnostics.CodeAnalysis;
using Everturn.Storage;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Hosting;

/// <summary>Adds a bot, a store and channels to a node.</summary>
/// <param name="services">The host's services.</param>
public sealed class EverturnBuilder(IServiceCollection services)
{
    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>Adds the bot; each run of a turn gets a new one from its own scope.</summary>
    public EverturnBuilder AddBot<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TBot>()
        where TBot : class, IBot
    {
        Services.AddTransient<IBot, TBot>();
        return this;
    }

    /// <summary>
    /// Adds a bot whose turns may take long: each activity is committed to a queue and answered at once, and its turn runs from there,
    /// on whichever node lives. It cannot answer invoke and expectReplies activities.
    /// </summary>
    public EverturnBuilder AddQueuedBot<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TBot>()
        where TBot : class, IBot
    {
        Services.Configure<EverturnOptions>(options => options.Queued = true);
        return AddBot<TBot>();
    }

    /// <summary>Adds code around every turn. The first added is the outermost.</summary>
    public EverturnBuilder AddMiddleware<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMiddleware>()
        where TMiddleware : class, IMiddleware
    {
        Services.AddTransient<IMiddleware, TMiddleware>();
        return this;
    }

    /// <summary>Adds what speaks to the user when the bot throws.</summary>
    public EverturnBuilder AddTurnErrorHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, ITurnErrorHandler
    {
        Services.AddTransient<ITurnErrorHandler, THandler>();
        return this;
    }

    /// <summary>Offers a store under a scheme. The last one added is used, unless <see cref="EverturnOptions.Store"/> names another.</summary>
    /// <param name="scheme">The name in <c>scheme:connection</c>, lower case.</param>
    /// <param name="create">Makes the store from the part behind the colon; null when only the scheme is given.</param>
    public EverturnBuilder AddStore(string scheme, Func<IServiceProvider, string?, IStore> create)
    {
        Services.AddSingleton(new StoreOffer(scheme, create));
        return this;
    }
}
