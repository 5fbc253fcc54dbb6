namespace Everturn.Dialogs.Flows;

/// <summary>Why a flow runs.</summary>
internal enum FlowMode
{
    /// <summary>To begin, or to take the turn's activity.</summary>
    Continue,

    /// <summary>To ask its open question again.</summary>
    Reprompt,
}
