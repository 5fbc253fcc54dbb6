namespace Everturn.Dialogs.Prompts;

/// <summary>How choices are shown.</summary>
public enum ListStyle
{
    /// <summary>As buttons, or as a list when there are more than ten.</summary>
    Auto,

    /// <summary>Not at all: the question names them.</summary>
    None,

    /// <summary>Behind the question, numbered.</summary>
    Inline,

    /// <summary>Below the question, one a line, numbered.</summary>
    List,

    /// <summary>As buttons.</summary>
    SuggestedAction,
}
