using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>How an engine bounds the cache of one sequence: which of its tokens a layer keeps.</summary>
/// <param name="Name">The engine.</param>
/// <param name="Rule">The rule, in words.</param>
/// <param name="Source">Where the rule stands.</param>
public sealed record EngineCache(string Name, string Rule, string Source)
{
    /// <summary>Tokens of a block in vLLM's paged cache.</summary>
    private const long Block = 16;

    /// <summary>llama.cpp pads its caches to it, and computes up to <see cref="MicroBatch"/> tokens at once.</summary>
    private const long Padding = 256, MicroBatch = 512;

    private readonly Func<long, CachedTokens, long?> kept = (length, _) => length;

    public static IReadOnlyList<EngineCache> All { get; } =
    [
        new("transformers", "window - 1 tokens", "transformers 4.57, cache_utils.py, SlidingWindowLayer",
            (length, layer) => layer.Least(length)),
        new("vllm", "window tokens, in blocks of 16", "vLLM 0.11, v1/kv_cache_interface.py",
            (length, layer) => layer.IsChunked ? null : Up(Math.Min(length, layer.Window ?? length), Block)),
        new("llama.cpp", "window + ubatch 512 tokens, in steps of 256", "llama.cpp b6700, src/llama-kv-cache-iswa.cpp",
            (length, layer) => layer.IsChunked ? null : Up(layer.Window is { } window ? Math.Min(length, window + MicroBatch) : length, Padding)),
    ];

    private EngineCache(string name, string rule, string source, Func<long, CachedTokens, long?> kept)
        : this(name, rule, source) => this.kept = kept;

    /// <summary>Size of the cache of one sequence.</summary>
    /// <param name="model">The model.</param>
    /// <param name="length">Tokens of the sequence.</param>
    /// <param name="type">Type of the cache.</param>
    /// <returns>Null where it is not known what the engine keeps.</returns>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public ByteSize? Size(ModelSpec model, long length, DataType type)
    {
        var elements = 0L;
        foreach (var layer in model.Sublayers.Select(sublayer => sublayer.Cached).OfType<CachedTokens>())
        {
            if (kept(length, layer) is not { } tokens)
                return null;
            elements = checked(elements + (tokens * layer.Elements));
        }
        return new ByteSize(type.Bytes()) * elements;
    }

    private static long Up(long number, long step) => (number + step - 1) / step * step;
}
