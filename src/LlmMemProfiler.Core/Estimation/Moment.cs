using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Live bytes at one moment, by part.</summary>
internal sealed class Moment
{
    private readonly long[] bytes = new long[Parts.Owners];

    public Moment(string name, params ReadOnlySpan<(Part Part, ByteSize Size)> alive)
    {
        Name = name;
        foreach (var (part, size) in alive)
            bytes[(int)part] += size.Bytes;
    }

    public string Name { get; }

    public ByteSize Size => Account.Total;

    public MemoryAccount Account => MemoryAccount.OfOwners(bytes);

    /// <summary>This moment plus the persistent tensors.</summary>
    public Moment Plus(Moment lasting)
    {
        var sum = new Moment(Name);
        for (var i = 0; i < bytes.Length; i++)
            sum.bytes[i] = bytes[i] + lasting.bytes[i];
        return sum;
    }
}
