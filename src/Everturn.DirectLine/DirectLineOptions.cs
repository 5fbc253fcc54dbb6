namespace Everturn.DirectLine;

/// <summary>The embedded Direct Line channel. Bound from the configuration section <c>Everturn:DirectLine</c>.</summary>
public sealed class DirectLineOptions
{
    /// <summary>
    /// The master key: who sends it as bearer may get tokens and reach every conversation. Default: none, and then
    /// tokens are given without any authorization, to callers on this machine alone. At least 16 characters.
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>
    /// Origins of pages, for instance <c>https://contoso.com</c>, that may use this channel from a browser, besides those
    /// on localhost, which always may. <c>*</c> allows every origin. Default: none.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>How long a token is valid, and how long after each refresh. Default 30 min; range 1 min to 24 h.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How often a conversation with open streams is read from the store, for what other nodes wrote. Default 500 ms;
    /// range 10 ms to 1 min. Longer costs fewer reads, and answers of other nodes are shown later.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often an idle stream is shown to be alive. Default 15 s; range 100 ms to 5 min. Longer than a proxy's patience loses sockets.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one frame may take to leave. Default 20 s; range 100 ms to 5 min. A slower client is cut off and can resume.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How many streams of one conversation a node keeps open. Default 32; range 1 to 1,024. Beyond: 429.</summary>
    public int MaxStreams { get; set; } = 32;

    /// <summary>
    /// How many bytes of activities a transcript's head holds before older ones move to a page of their own. Default
    /// 32,768; range 1,024 to 1,048,576. Larger makes each reply's write larger, smaller makes more documents.
    /// </summary>
    public int PageBytes { get; set; } = 32 * 1024;

    /// <summary>How many pages of a conversation's history are kept. Default 512; range 1 to 4,096. Beyond, the oldest page is dropped.</summary>
    public int MaxPages { get; set; } = 512;

    /// <summary>Memory for cached transcripts, in bytes. Default 33,554,432; range 0 (no cache) to 2,147,483,647.</summary>
    public int CacheBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>The largest uploaded file, in bytes. Default 1,048,576; range 1,024 to 16,777,216. Beyond: 413. The store must take a document a third larger.</summary>
    public int MaxFileBytes { get; set; } = 1024 * 1024;

    /// <summary>How many files one upload may hold. Default 4; range 1 to 32. Beyond: 413.</summary>
    public int MaxFilesPerUpload { get; set; } = 4;

    /// <summary>How many files one conversation may hold in all. Default 64; range 1 to 1,000. Beyond: 413.</summary>
    public int MaxFilesPerConversation { get; set; } = 64;
}
