using System.Text;

namespace LlmMemProfiler.VirtualGpu.SharedObjects;

/// <summary>The names of an ELF file, each ended by a zero; the first one is empty.</summary>
internal sealed class StringTable
{
    private readonly List<byte> bytes = [0];
    private readonly Dictionary<string, uint> places = new(StringComparer.Ordinal);

    public int Length => bytes.Count;

    public void Add(string text)
    {
        if (places.TryAdd(text, (uint)bytes.Count))
            bytes.AddRange(Encoding.ASCII.GetBytes(text + '\0'));
    }

    public uint At(string text) => places[text];

    public void CopyTo(Span<byte> to) => bytes.CopyTo(to);
}
