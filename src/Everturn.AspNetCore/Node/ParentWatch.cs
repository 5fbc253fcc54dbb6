namespace Everturn.AspNetCore.Node;

/// <summary>Notices that the process which started this one is gone, or asks it to stop, by the end of a stream from it.</summary>
internal static class ParentWatch
{
    /// <summary>Reads and drops what comes, and calls <paramref name="ended"/> once when the stream ends or breaks.</summary>
    public static void Begin(Stream input, Action ended) =>
        // A thread of its own, because reading standard input blocks; it does not keep the process alive.
        new Thread(() =>
        {
            Span<byte> buffer = stackalloc byte[256];
            try
            {
                while (input.Read(buffer) > 0)
                {
                }
            }
            catch (IOException)
            {
            }

            ended();
        })
        { IsBackground = true, Name = "Everturn parent watch" }.Start();
}
