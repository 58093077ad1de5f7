using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LlmMemProfiler.VirtualEvidence.Operations;

/// <summary>
/// The operations of the table, by their names there. Intermediate tensors are freed where Python's reference counts free them. What TorchSharp
/// 0.107.0 has no function for is left out: grouped heads in attention, RMS norm, grouped products.
/// </summary>
internal sealed record KnownOperation(Regex Name, Func<Match, Func<Tensor>> Prepare)
{
    private static readonly Dictionary<string, ScalarType> Types = new()
    {
        ["fp16"] = ScalarType.Float16,
        ["bf16"] = ScalarType.BFloat16,
        ["fp32"] = ScalarType.Float32,
    };

    public static IReadOnlyList<KnownOperation> All { get; } =
    [
        new("sdpa T causal B(?<B>\\d+) h(?<h>\\d+) T(?<T>\\d+) D(?<D>\\d+)", m => Attention(m, m.Of("T"), m.Of("T"), isCausal: true)),
        new("sdpa T decode B(?<B>\\d+) h(?<h>\\d+) kv\\k<h> L(?<L>\\d+) D(?<D>\\d+)", m => Attention(m, 1, m.Of("L"))),
        new("sdpa T boolean mask B(?<B>\\d+) h(?<h>\\d+) T(?<T>\\d+) L(?<L>\\d+) D(?<D>\\d+)", m => Attention(m, m.Of("T"), m.Of("L"), mask: ScalarType.Bool)),
        new("sdpa T additive mask B(?<B>\\d+) h(?<h>\\d+) T(?<T>\\d+) L(?<L>\\d+) D(?<D>\\d+)", m => Attention(m, m.Of("T"), m.Of("L"), mask: TypeOf(m))),
        new("layer_norm T S", m => With(New(m, "S"), New(TypeOf(m), m.Shape("S")[^1]), (x, w) => functional.layer_norm(x, [x.size(-1)], w, w))),
        new("layer_norm T no weights S", m => With(New(m, "S"), x => functional.layer_norm(x, [x.size(-1)]))),
        new("softmax T S", m => With(New(m, "S"), x => x.softmax(-1))),
        new("softmax T to fp32 S", m => With(New(m, "S"), x => x.softmax(-1, ScalarType.Float32))),
        new("linear T SxU", m => With(New(m, "S"), New(m, "U"), (x, w) => functional.linear(x, w))),
        new("linear\\+bias T S", m => With(New(m, "S"), New(TypeOf(m), 4096, 1024), New(TypeOf(m), 4096), (x, w, b) => functional.linear(x, w, b))),
        new("matmul T SxU transposed", m => With(New(m, "S"), Transposed(m, "U"), (x, y) => x.matmul(y))),
        new("matmul T broadcast kv1 SxU", m => With(New(m, "S"), New(m, "U"), (x, y) => x.matmul(y))),
        new("bmm T strided", m => With(New(TypeOf(m), 100, 8, 64).transpose(0, 1), New(TypeOf(m), 333, 8, 64).permute(1, 2, 0), (x, y) => x.bmm(y))),
        new("argmax T S", m => With(New(m, "S"), x => x.argmax(-1))),
        new("topk (?<k>\\d+) T S(?: \\(router\\))?", m => With(New(m, "S"), x => First(x.topk((int)m.Of("k"))))),
        new("sort T S", m => With(New(m, "S"), x => First(x.sort(-1)))),
        new("sort int64 S \\(expert order\\)", m => With(zeros(m.Shape("S"), ScalarType.Int64, CUDA), x => First(x.sort(-1)))),
        new("cumsum T S", m => With(New(m, "S"), x => x.cumsum(-1))),
        new("cumsum int32 S", m => With(zeros(m.Shape("S"), ScalarType.Int32, CUDA), x => x.cumsum(-1, ScalarType.Int32))),
        new("cat dim2 T 2x\\[2,8,L,64\\]", m => With(New(TypeOf(m), 2, 8, 333, 64), New(TypeOf(m), 2, 8, 1, 64), (x, y) => cat([x, y], 2))),
        new("repeat_kv T expand\\+reshape Sx(?<n>\\d+)", m => With(New(m, "S"), x => RepeatHeads(x, m.Of("n")))),
        new("repeat_interleave T Sx(?<n>\\d+)", m => With(New(m, "S"), x => x.repeat_interleave(m.Of("n"), 1))),
        new("rotate_half T S", m => With(New(m, "S"), x => Rotated(x))),
        new("silu\\*mul T S", m => With(New(m, "S"), New(m, "S"), (x, up) => Through(functional.silu(x), gate => gate.mul(up)))),
        new("gelu tanh T S", m => With(New(m, "S"), x => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh))),
        new("embedding T S 2x333", m => With(New(m, "S"), Ids(2, 333), (w, ids) => Through(ids.reshape(-1), flat => w.index_select(0, flat)))),
        new("index_select rows T S (?<n>\\d+)", m => With(New(m, "S"), Ids(m.Of("n")), (x, ids) => x.index_select(0, ids))),
        new("advanced index T S\\[\\((?<n>\\d+)\\)\\]", m => With(New(m, "S"), Ids(m.Of("n")), (x, ids) => x[TensorIndex.Tensor(ids)])),
        new("index_add T S (?<n>\\d+)", m => With(New(m, "S"), Ids(m.Of("n")), New(TypeOf(m), m.Of("n"), m.Shape("S")[^1]), (x, ids, rows) => x.index_add_(0, ids, rows, 1))),
        new("index_put T S paged slots (?<n>\\d+)", m => With(New(m, "S"), Ids(m.Of("n")), New(TypeOf(m), m.Of("n"), m.Shape("S")[1], m.Shape("S")[3]), Stored)),
        new("scatter router T S", m => With(New(m, "S"), Ids(m.Shape("S")[0], 8), New(TypeOf(m), m.Shape("S")[0], 8), (x, ids, gates) => x.scatter(1, ids, gates))),
        new("bincount-like histc int S (?<n>\\d+)", m => With(zeros(m.Shape("S"), ScalarType.Int32, CUDA), x => x.histc(m.Of("n"), 0, m.Of("n") - 1))),
        new("masked_fill T S", m => With(New(m, "S"), zeros(m.Shape("S"), ScalarType.Bool, CUDA), (x, mask) => x.masked_fill(mask, float.NegativeInfinity))),
        new("tanh softcap T S", m => With(New(m, "S"), x => Through(Through(x.div(30), scaled => scaled.tanh()), capped => capped.mul(30)))),
        new("to fp32 T S", m => With(New(m, "S"), x => x.to(ScalarType.Float32))),
        new("multinomial T S", m => With(New(m, "S"), x => Sampled(x))),
        new("nonzero bool S", m => With(zeros(m.Shape("S"), ScalarType.Bool, CUDA), x => x.nonzero())),
        new("one_hot-like eq \\[512,8,128\\]", m => With(Ids(512, 8, 1), Ids(128), (x, y) => x.eq(y))),
        new("arange (?<n>\\d+)", m => () => arange(m.Of("n"), ScalarType.Int64, CUDA)),
        new("full causal mask S", m => () => full(m.Shape("S"), float.NegativeInfinity, ScalarType.Float32, CUDA).triu_(1)),
        new("argsort stable int64 S", m => With(zeros(m.Shape("S"), ScalarType.Int64, CUDA), x => x.argsort(-1))),
    ];

    /// <param name="name">A pattern, in which T stands for a type, and S and U for shapes.</param>
    /// <param name="prepare">Makes the inputs; what it returns is the operation alone.</param>
    private KnownOperation(string name, Func<Match, Func<Tensor>> prepare)
        : this(new Regex($"^{Patterns(name)}$", RegexOptions.CultureInvariant), prepare)
    {
    }

    private static string Patterns(string name) => Regex.Replace(
        Regex.Replace(name, @"(?<= )T(?= |$)", "(?<type>fp16|bf16|fp32)"), @"(?<= |x)([SU])(?=x|\\|$| |\(\?)", @"\[(?<$1>[0-9,]+)\]");

    private static ScalarType TypeOf(Match match) => Types[match.Groups["type"].Value];

    private static Tensor New(ScalarType type, params long[] shape) => zeros(shape, type, CUDA);

    private static Tensor New(Match match, string shape) => New(TypeOf(match), match.Shape(shape));

    private static Tensor Ids(params long[] shape) => New(ScalarType.Int64, shape);

    private static Tensor Transposed(Match match, string shape)
    {
        var s = match.Shape(shape);
        return New(TypeOf(match), s[0], s[1], s[3], s[2]).transpose(2, 3);
    }

    private static Func<Tensor> With(Tensor x, Func<Tensor, Tensor> operation) => () => operation(x);

    private static Func<Tensor> With(Tensor x, Tensor y, Func<Tensor, Tensor, Tensor> operation) => () => operation(x, y);

    private static Func<Tensor> With(Tensor x, Tensor y, Tensor z, Func<Tensor, Tensor, Tensor, Tensor> operation) => () => operation(x, y, z);

    private static Func<Tensor> Attention(Match m, long queries, long keys, bool isCausal = false, ScalarType? mask = null)
    {
        var (type, batch, heads, width) = (TypeOf(m), m.Of("B"), m.Of("h"), m.Of("D"));
        var (q, k, v) = (New(type, batch, heads, queries, width), New(type, batch, heads, keys, width), New(type, batch, heads, keys, width));
        var given = mask is { } kind ? New(kind, batch, 1, queries, keys) : null;
        return () => functional.scaled_dot_product_attention(q, k, v, given, 0, isCausal);
    }

    private static Tensor Through(Tensor made, Func<Tensor, Tensor> operation)
    {
        using var used = made;
        return operation(used);
    }

    private static Tensor First((Tensor Values, Tensor Indices) both)
    {
        both.Indices.Dispose();
        return both.Values;
    }

    /// <summary>cache[block, :, slot] = rows, with cache [blocks, heads, slots, width].</summary>
    private static Tensor Stored(Tensor cache, Tensor ids, Tensor rows)
    {
        using var bySlot = cache.permute(0, 2, 1, 3);
        bySlot.index_put_(rows, TensorIndex.Tensor(ids), TensorIndex.Tensor(ids)).Dispose();
        return cache.alias();
    }

    private static Tensor RepeatHeads(Tensor x, long times)
    {
        var s = x.shape;
        using var one = x.unsqueeze(2);
        using var expanded = one.expand(s[0], s[1], times, s[2], s[3]);
        return expanded.reshape(s[0], s[1] * times, s[2], s[3]);
    }

    /// <summary>x · cos + rotate_half(x) · sin, with x in place of both.</summary>
    private static Tensor Rotated(Tensor x)
    {
        using var first = x.mul(x);
        var half = x.size(-1) / 2;
        using var left = x.narrow(-1, 0, half);
        using var right = x.narrow(-1, half, half);
        using var second = Through(Through(right.neg(), negated => cat([negated, left], -1)), turned => turned.mul(x));
        return first.add(second);
    }

    private static Tensor Sampled(Tensor x)
    {
        using var wide = x.dtype == ScalarType.Float32 ? null : x.to(ScalarType.Float32);
        var likely = (wide ?? x).softmax(-1);
        wide?.Dispose();
        return Through(likely, p => p.multinomial(1));
    }
}

/// <summary>What a name of the table says.</summary>
internal static class NamedNumbers
{
    public static long Of(this Match match, string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    public static long[] Shape(this Match match, string group) =>
        [.. match.Groups[group].Value.Split(',').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
}
