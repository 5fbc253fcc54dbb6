using Everturn.AspNetCore.Protection;
using Everturn.Hosting;
using Everturn.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Everturn.AspNetCore;

/// <summary>Encrypts what a bot keeps.</summary>
public static class EverturnProtectionExtensions
{
    /// <summary>
    /// Encrypts every document of the store with ASP.NET Core Data Protection: records, transcripts, files, dead letters. Their keys
    /// stay readable.
    /// </summary>
    /// <remarks>
    /// All nodes, in all regions, need the same key ring and the same application name: see docs/stores.md. Keys may be rotated; an
    /// old one must be kept as long as a document is encrypted with it. Documents from before are read as they are.
    /// </remarks>
    public static EverturnBuilder ProtectRecords(this EverturnBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDataProtection();
        builder.Services.TryAddSingleton<IRecordProtector, DataProtectionRecords>();
        return builder;
    }
}
