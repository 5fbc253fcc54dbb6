namespace Everturn.Testing;

/// <summary>Something that a bot asked of the outside.</summary>
/// <param name="Service">Of whom: an interface's name, or scheme, host and port of an HTTP request.</param>
/// <param name="Operation">What: a method with its arguments, or the path of an HTTP request.</param>
public sealed record ExternalCall(string Service, string Operation)
{
    /// <inheritdoc />
    public override string ToString() => Operation.StartsWith('/') ? Service + Operation : $"{Service}.{Operation}";
}
