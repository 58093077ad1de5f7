using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Llama 4: chunks, layers without positions, experts in some layers.</summary>
public class Llama4Tests
{
    /// <summary>48 layers of 16 experts and a shared one of 8,192, 40 heads on 8.</summary>
    [Fact]
    public void Scout_is_counted_to_the_tensor()
    {
        const long D = 5_120;
        const long Layer = (2 * D * D) + (2 * D * 1_024) + (2 * D) + (17 * 3 * D * 8_192) + (16 * D);

        var model = ModelFile.Read(SharedFiles.At("models", "aic-llama-4-scout-17b-16e-instruct"));

        Assert.Equal((2 * 202_048 * D) + D + (48 * Layer), model.Parameters);
        Assert.Equal(model.Parameters - (48 * 15 * 3 * D * 8_192), model.ActiveParameters);
        Assert.Contains("language_model.model.layers.0.feed_forward.experts.gate_up_proj", model.StoredNames());
        Assert.Contains("language_model.lm_head.weight", model.StoredNames());
    }

    [Fact]
    public void Every_fourth_layer_sees_all_tokens_and_none_of_their_positions()
    {
        var model = ModelFile.Read(SharedFiles.At("models", "aic-llama-4-scout-17b-16e-instruct"));

        var (chunked, full) = (model.At<Attention>(2), model.At<Attention>(3));
        Assert.Equal((8_192, true, true, null), (chunked.Window, chunked.IsChunked, chunked.IsRotatedFirst, chunked.Temperature));
        Assert.True(((Rotary)chunked.Positions!).IsInterleaved);
        Assert.False(chunked.QueryNorm!.HasWeight);
        Assert.Equal((null, false, null, null, new QueryTemperature(8_192, 0.1)), (full.Window, full.IsChunked, full.Positions, full.QueryNorm, full.Temperature));
    }

    [Fact]
    public void Experts_weigh_their_inputs_and_stand_in_every_second_layer_of_maverick()
    {
        var model = FamilyForm.Read("""{"model_type": "llama4_text", "interleave_moe_layer_step": 2, "num_local_experts": 128, "num_hidden_layers": 4}""");

        Assert.Equal(16_384, model.At<FeedForward>(0, 1).Width);
        Assert.Equal(new Routing(RouterScores.Sigmoid) { WeighsInputs = true }, model.At<Experts>(1, 1).Routing);
        Assert.Equal([128, 5_120, 16_384], model.At<Experts>(1, 1).Routed[0].StoredShape);
    }

    [Fact]
    public void Lists_of_layers_may_say_it_too()
    {
        var model = FamilyForm.Read("""{"model_type": "llama4_text", "num_hidden_layers": 3, "moe_layers": [2], "no_rope_layers": [0, 1, 1]}""");

        Assert.Equal([false, false, true], model.Blocks.Select(block => block.Branches[1].Sublayer is Experts));
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(layer => model.At<Attention>(layer).Positions is null));
    }
}
