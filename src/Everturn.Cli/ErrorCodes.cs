namespace Everturn.Cli;

/// <summary>The tool's codes, 60xx. A code never changes its meaning; docs/errors.md explains each.</summary>
internal static class ErrorCodes
{
    public const string CommandLine = "ET6001";
    public const string UnknownRegion = "ET6002";
    public const string UnknownBot = "ET6003";
    public const string BotDoesNotBuild = "ET6004";
    public const string OneNodeOnly = "ET6005";
    public const string PortInUse = "ET6006";
    public const string ClusterRuns = "ET6007";
    public const string NodeDiedAtStart = "ET6008";
    public const string NodeNotReady = "ET6009";
    public const string NoCluster = "ET6010";
    public const string UnknownTarget = "ET6011";
    public const string NotInThisState = "ET6012";
    public const string NotOnThisSystem = "ET6013";
    public const string ForeignOrigin = "ET6014";
    public const string BadFault = "ET6015";
    public const string DataDirectory = "ET6016";
    public const string DirectLine = "ET6017";
    public const string NoDotnet = "ET6018";
    public const string NoSuchFault = "ET6019";
    public const string StoreNotLocked = "ET6020";
    public const string StoreNotOnTheWay = "ET6021";
    public const string StoreFailsItsTest = "ET6022";
    public const string NoStore = "ET6023";
    public const string StoreFailed = "ET6024";
    public const string NotConfirmed = "ET6030";
    public const string NotAllErased = "ET6031";
    public const string NoSuchBot = "ET6032";
    public const string OutputFile = "ET6033";
    public const string NoSuchDeadLetter = "ET6034";
    public const string LongTurnLost = "ET6035";
    public const string BadBotName = "ET6040";
    public const string NotEmpty = "ET6041";
    public const string NotCreated = "ET6042";
}
