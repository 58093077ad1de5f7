using LlmMemProfiler.Core.Allocation.Repetition;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>A program's requests, kept to be made again.</summary>
/// <param name="most">How many are kept; a longer stream is not kept at all, so that memory does not grow with a program's length.</param>
internal sealed class RequestTape(long most) : ISectionSink
{
    /// <summary>Of 25 bytes each at the most, and 14 or so in a decode.</summary>
    public const long Most = 8 << 20;

    private const int ChunkLength = 1 << 16;

    private readonly List<Chunk> chunks = [];
    private readonly List<ulong> words = [];
    private byte[] forms = new byte[ChunkLength];
    private int filled;
    private long count;
    private ulong newest;
    private Tag tag;

    [Flags]
    private enum Form : byte
    {
        /// <summary>A word with another tag than the request before.</summary>
        Tagged = 1,

        /// <summary>A word with the block, which is freed; else a word with the size that is allocated.</summary>
        Free = 2,

        /// <summary>The block is not the one numbered after the one allocated before: a word with it.</summary>
        Numbered = 4,

        /// <summary>No request: what comes next may be repeated.</summary>
        Mark = 8,

        /// <summary>No request: a word with how often what came since the mark comes again.</summary>
        Repeat = 16,
    }

    /// <summary>False if there were too many requests.</summary>
    public bool IsWhole => count <= most;

    public void Add(in AllocationEvent e)
    {
        if (HasRoom())
            Write(Written(e, e.Requested == 0 ? e.Size : e.Requested));
    }

    public void Mark()
    {
        if (HasRoom())
            Write(Form.Mark);
    }

    public void Repeat(Section section, int times)
    {
        if (!HasRoom())
            return;
        words.Add((ulong)times);
        Write(Form.Repeat);
    }

    private bool HasRoom()
    {
        if (!IsWhole)
            return false;
        count++;
        if (IsWhole)
        {
            if (filled == ChunkLength)
                EndChunk();
            return true;
        }
        chunks.Clear();
        filled = 0;
        return false;
    }

    private void Write(Form form) => forms[filled++] = (byte)form;

    /// <summary>Makes the requests again, up to the first that runs out of memory.</summary>
    /// <param name="allocator">Receives them.</param>
    /// <param name="onChunk">Receives how many chunks are done, and how many there are.</param>
    public void Play(CachingAllocator allocator, Action<long, long> onChunk)
    {
        IReadOnlyList<Chunk> all = filled == 0 ? chunks : [.. chunks, new(forms[..filled], [.. words])];
        var (block, at) = (0UL, default(Tag));
        var recorder = new SectionRecorder(new SteadyRepeater(allocator));
        foreach (var (i, chunk) in all.Index())
        {
            var word = 0;
            foreach (Form form in chunk.Forms)
            {
                if (form.HasFlag(Form.Tagged))
                    at = new(chunk.Words[word++]);
                if (form == Form.Mark)
                    recorder.Mark();
                else if (form == Form.Repeat)
                    recorder.TryRepeat((int)chunk.Words[word++]);
                else if (form.HasFlag(Form.Free))
                    Free(chunk.Words[word++]);
                else
                    Allocate(form.HasFlag(Form.Numbered) ? chunk.Words[word++] : unchecked(block + 1), (long)chunk.Words[word++]);
                if (allocator.OutOfMemory is not null)
                    return;
            }
            onChunk(i + 1, all.Count);
        }

        void Allocate(ulong number, long size) => recorder.Add(new(block = number, size, at));
        void Free(ulong number) => recorder.Add(new(number, -allocator.RequestedOf(number), at));
    }

    private Form Written(in AllocationEvent e, long size)
    {
        var form = e.Tag == tag ? default : Form.Tagged;
        if (form == Form.Tagged)
            words.Add((tag = e.Tag).Packed);
        if (size < 0)
        {
            words.Add(e.Block);
            return form | Form.Free;
        }
        if (e.Block != unchecked(newest + 1))
        {
            words.Add(e.Block);
            form |= Form.Numbered;
        }
        newest = e.Block;
        words.Add((ulong)size);
        return form;
    }

    private void EndChunk()
    {
        chunks.Add(new(forms, [.. words]));
        (forms, filled) = (new byte[ChunkLength], 0);
        words.Clear();
    }

    private readonly record struct Chunk(byte[] Forms, ulong[] Words);
}
