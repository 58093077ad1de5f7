namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>
/// Lets one thread at a time into the tables. It lies in native memory that a forked child finds empty, so that neither a fork nor a
/// collection can leave it shut for ever; a thread that waits yields its processor.
/// </summary>
internal readonly unsafe struct SpinGate
{
    private const int Bytes = 4096;
    private const int SpinsBeforeYield = 64;

    private readonly int* word;

    private SpinGate(int* word) => this.word = word;

    public static SpinGate Create()
    {
        var page = NativePages.Table(Bytes);
        NativePages.WipeInChildren(page, Bytes);
        return new((int*)page);
    }

    public void Enter()
    {
        for (var spins = 0; Interlocked.CompareExchange(ref *word, 1, 0) != 0; spins++)
        {
            if (spins < SpinsBeforeYield)
                Thread.SpinWait(8);
            else
                Thread.Yield();
        }
    }

    public void Leave() => Volatile.Write(ref *word, 0);

    public void Free() => NativePages.Free((byte*)word, Bytes);
}
