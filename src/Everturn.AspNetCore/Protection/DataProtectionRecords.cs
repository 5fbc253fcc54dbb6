using Everturn.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace Everturn.AspNetCore.Protection;

/// <summary>Encrypts documents with the host's key ring. The document's key is part of the purpose, which is authenticated.</summary>
internal sealed class DataProtectionRecords(IDataProtectionProvider provider) : IRecordProtector
{
    private const string Purpose = "Everturn.Records.v1";

    public byte[] Protect(string key, ReadOnlySpan<byte> content) => provider.CreateProtector(Purpose, key).Protect(content.ToArray());

    public byte[] Unprotect(string key, ReadOnlySpan<byte> content) => provider.CreateProtector(Purpose, key).Unprotect(content.ToArray());
}
