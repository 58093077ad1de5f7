using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>The loops against numbers that others have published, where no other implementation is at hand.</summary>
public class LoopsTests
{
    /// <remarks>Abramowitz and Stegun (1964), table 7.1.</remarks>
    [Theory]
    [InlineData(0.02, 0.0225645747)]
    [InlineData(0.5, 0.5204998778)]
    [InlineData(-1, -0.8427007929)]
    [InlineData(2, 0.9953222650)]
    [InlineData(7, 1)]
    public void The_error_function_is_the_published_one(double x, double expected) => Assert.Equal(expected, ErrorFunction.Of(x), 1e-10);

    /// <remarks>Φ(1) = 0.8413447461; 1.702: Hendrycks and Gimpel (2016), section 2.</remarks>
    [Fact]
    public void The_forms_of_gelu_differ_as_they_should()
    {
        Assert.Equal(0.8413447461, Curve.At(1, Activation.Gelu, isLookedUp: false), 1e-10);
        Assert.Equal(0.8411919906, Curve.At(1, Activation.GeluTanh, isLookedUp: false), 1e-10);
        Assert.Equal(0.8457957659, Curve.At(1, Activation.QuickGelu, isLookedUp: false), 1e-10);
    }

    /// <remarks>Press et al. (2021), section 3: 1/2 to 1/256 for 8 heads, 1/2^0.5, 1/2^1, … for 16; their code for numbers between.</remarks>
    [Fact]
    public void Slopes_of_alibi_are_those_of_the_paper()
    {
        Assert.Equal([1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 16.0, 1 / 32.0, 1 / 64.0, 1 / 128.0, 1 / 256.0], AlibiSlopes.Of(new(), 8));
        Assert.Equal(Math.Pow(2, -0.5), AlibiSlopes.Of(new(), 16)[0], 1e-15);
        Assert.Equal([1 / 4.0, 1 / 16.0, 1 / 64.0, 1 / 256.0, 1 / 2.0, 1 / 8.0], AlibiSlopes.Of(new(), 6));
    }

    /// <summary>base · (factor · length / positions − factor + 1)^(width / (width − 2)): 10,000 · 5^(4/2) for twice the length.</summary>
    [Fact]
    public void Dynamic_frequencies_grow_beyond_the_trained_length_only()
    {
        var rotary = new Rotary(4, 10_000) { Scaling = new("dynamic", [("factor", 4)], []) };
        Assert.Equal([1, 1 / 100.0], RotaryFrequencies.Of(rotary, 16, 10, 10).Angles);
        Assert.Equal(1 / 500.0, RotaryFrequencies.Of(rotary, 16, 32, 10).Angles[1], 1e-12);
    }

    /// <summary>alpha = 2^⌈log2(length / trained) + 1⌉ − 1, which is 3 up to twice the length, and 1 up to it.</summary>
    [Fact]
    public void Qwens_frequencies_grow_by_steps()
    {
        var rotary = new Rotary(4, 10_000) { Scaling = new("qwen_dynamic_ntk", [("seq_length", 10)], []) };
        Assert.Equal(1 / 100.0, RotaryFrequencies.Of(rotary, 64, 30, 10).Angles[1], 1e-12);
        Assert.Equal(1 / 300.0, RotaryFrequencies.Of(rotary, 64, 30, 11).Angles[1], 1e-12);
        Assert.Equal(1 / 700.0, RotaryFrequencies.Of(rotary, 64, 30, 21).Angles[1], 1e-12);
    }

    /// <summary>A quarter of 8 elements is one pair that turns; the width that its frequencies are powers of stays 8.</summary>
    [Fact]
    public void Proportional_rotation_leaves_the_last_pairs_where_they_are()
    {
        var rotary = new Rotary(8, 10_000) { Scaling = new("proportional", [("partial_rotary_factor", 0.5)], []) };
        Assert.Equal([1, 0.1, 0, 0], RotaryFrequencies.Of(rotary, 64, 10, 10).Angles);
    }

    /// <summary>transformers' defaults: 0.1 · ln(factor) + 1, or the ratio of two such numbers.</summary>
    [Fact]
    public void Yarn_stretches_by_its_factor_of_attention()
    {
        var scaling = new RotaryScaling("yarn", [("factor", Math.E), ("original_max_position_embeddings", 16)], []);
        Assert.Equal(1.1, Factor(scaling), 1e-12);
        Assert.Equal(1.2 / 1.1, Factor(scaling with { Numbers = [.. scaling.Numbers, ("mscale", 2), ("mscale_all_dim", 1)] }), 1e-12);
        Assert.Equal(0.7, Factor(scaling with { Numbers = [.. scaling.Numbers, ("attention_factor", 0.7)] }), 1e-12);

        static double Factor(RotaryScaling scaling) => RotaryFrequencies.Of(new(8, 10_000) { Scaling = scaling }, 64, 10, 10).Factor;
    }

    /// <remarks>
    /// transformers, <c>models/codegen/modeling_codegen.py</c>, for 8 heads of 2: four parts of 12 columns, each of which is split into
    /// query, value and key of 4; a part has the heads that come one after the other.
    /// </remarks>
    [Fact]
    public void CodeGens_rows_are_four_parts_of_queries_values_and_keys()
    {
        var attention = OneHead with { Heads = 8, KvHeads = 8, HeadDim = 2, Layout = ProjectionLayout.FusedInFours };
        double[] row = [.. Enumerable.Range(0, 48).Select(column => (double)column)];
        var (queries, keys, values) = ProjectedHeads.Of(attention, [[row]]);
        Assert.Equal([0, 1, 2, 3, 12, 13, 14, 15, 24, 25, 26, 27, 36, 37, 38, 39], queries[0]);
        Assert.Equal([4, 5, 6, 7, 16, 17, 18, 19, 28, 29, 30, 31, 40, 41, 42, 43], values![0]);
        Assert.Equal([8, 9, 10, 11, 20, 21, 22, 23, 32, 33, 34, 35, 44, 45, 46, 47], keys![0]);
    }

    /// <summary>Meta (2025), Llama 4: a token sees those of its own chunk of 3, up to itself. Without queries, it gets their mean.</summary>
    [Fact]
    public void Chunks_begin_at_multiples_of_their_length()
    {
        var weights = new WeightLoops(name => name switch { "values.weight" or "output.weight" => [1], _ => [0] });
        var attention = OneHead with
        {
            Projections = [new("queries", 1, 1), new("keys", 1, 1), new("values", 1, 1)],
            Window = 3,
            IsChunked = true,
        };
        var means = new AttentionLoops(weights, new(weights), new(64, 7), new()).Of(attention, [[0], [1], [2], [3], [4], [5], [6]], layer: 0);
        Assert.Equal([0, 0.5, 1, 3, 3.5, 4, 6], means.Select(row => row[0]), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    private static Attention OneHead { get; } = new()
    {
        Heads = 1,
        KvHeads = 1,
        HeadDim = 1,
        Layout = ProjectionLayout.Separate,
        Projections = [],
        Output = new("output", 1, 1),
    };

    /// <summary>
    /// Liu et al. (2024), GRIN, by hand: 3.0 and 2.8 lie within 2 · 0.1 of the best, 1.0 does not; without the best, 1.0 is
    /// (2.8 − 1.0) / 2.8 away, which is too far as well.
    /// </summary>
    [Fact]
    public void The_sparse_mixer_weighs_the_first_against_its_neighbors_and_the_second_alone()
    {
        var picks = RouterPicks.Of(new(RouterScores.SparseMixer) { Tolerance = 0.1 }, [1.0, 3.0, 2.8], 2, correction: null);
        Assert.Equal([1, 2], picks.Select(pick => pick.Expert));
        Assert.Equal(1 / (1 + Math.Exp(-0.2)), picks[0].Weight, 1e-12);
        Assert.Equal(1, picks[1].Weight, 1e-12);
        // 0.3 / 2.3 away: more than the tolerance, less than twice that.
        Assert.Equal(1 / (1 + Math.Exp(-0.3)), RouterPicks.Of(new(RouterScores.SparseMixer) { Tolerance = 0.1 }, [2, 2.3], 2, correction: null)[0].Weight, 1e-12);
    }

    /// <summary>DeepSeek-AI (2024), DeepSeek-V3: a correction moves the choice and not the weight; the best two of a group count.</summary>
    [Fact]
    public void Groups_are_picked_before_experts()
    {
        var routing = new Routing(RouterScores.Sigmoid) { Groups = 2, PickedGroups = 1, BestOfGroup = 2, IsNormalized = true, Scale = 2 };
        double[] logits = [3, -3, 1, 1];
        Assert.Equal([2, 3], RouterPicks.Of(routing, logits, 2, correction: [0, 0, 0, 0]).Select(pick => pick.Expert).Order());
        var picks = RouterPicks.Of(routing, logits, 2, correction: [0, 0.9, 0, 0]).OrderBy(pick => pick.Expert).ToArray();
        Assert.Equal([0, 1], picks.Select(pick => pick.Expert));
        Assert.Equal(2 * 0.9525741268 / (0.9525741268 + 0.0474258732), picks[0].Weight, 1e-8);
    }
}
