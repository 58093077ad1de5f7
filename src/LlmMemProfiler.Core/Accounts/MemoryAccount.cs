using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Accounts;

/// <summary>
/// Bytes by part. Unknown parts are absent, never zero; the total is the sum of the known parts by construction.
/// </summary>
[JsonConverter(typeof(AccountConverter))]
public sealed class MemoryAccount
{
    private readonly long?[] bytes = new long?[Parts.All.Count];

    public MemoryAccount(params IEnumerable<(Part Part, ByteSize Size)> parts)
    {
        foreach (var (part, size) in parts)
        {
            if (bytes[(int)part] is not null)
                throw new ArgumentException($"duplicate part {part.Name()}", nameof(parts));
            bytes[(int)part] = size.Bytes;
            Total += size;
        }
    }

    /// <summary>What the bytes count; requests unless said otherwise.</summary>
    public Counted Counted { get; private init; }

    /// <summary>The same numbers, which count something else.</summary>
    public MemoryAccount As(Counted counted) => new(Known) { Counted = counted };

    public ByteSize? this[Part part] => bytes[(int)part] is { } known ? new ByteSize(known) : null;

    /// <summary>The sum of the known parts.</summary>
    public ByteSize Total { get; }

    public IEnumerable<(Part Part, ByteSize Size)> Known =>
        from part in Parts.All
        where bytes[(int)part] is not null
        select (part, new ByteSize(bytes[(int)part]!.Value));

    /// <summary>This account with additional parts.</summary>
    public MemoryAccount With(params IEnumerable<(Part Part, ByteSize Size)> parts) => new(Known.Concat(parts)) { Counted = Counted };

    /// <summary>An account of the six owners, in the order of <see cref="Part"/>.</summary>
    public static MemoryAccount OfOwners(ReadOnlySpan<long> owners)
    {
        if (owners.Length != Parts.Owners)
            throw new ArgumentException($"{owners.Length} numbers for {Parts.Owners} owners", nameof(owners));
        var parts = new (Part, ByteSize)[Parts.Owners];
        for (var i = 0; i < parts.Length; i++)
            parts[i] = ((Part)i, new(owners[i]));
        return new(parts);
    }

    public override string ToString() => string.Join(", ", Known.Select(p => $"{p.Part.Name()} {p.Size.ToExactString()}"));
}
