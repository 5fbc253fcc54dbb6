namespace Everturn.Turns;

/// <summary>
/// The activity that a turn was to update or delete cannot be reached (ET1041 to ET1043). A bot may catch it and say what it has to say
/// anew.
/// </summary>
public sealed class UnknownActivityException(string message) : InvalidOperationException(message);
