using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Gu and Dao (2023), Mamba; transformers, <c>models/mamba/modeling_mamba.py</c>.</remarks>
internal sealed class MambaFamily : ModelFamily
{
    public override IReadOnlyList<string> ModelTypes => ["mamba"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // Of the form of the first checkpoints, which the class does not read.
        config.PassOver("fused_add_norm", "pad_vocab_size_multiple", "ssm_cfg", "rms_norm");
        var d = config.Count("hidden_size");
        config.RequireSame("d_model", d, "hidden_size");
        config.RequireSame("n_layer", config.Layers("num_hidden_layers"), "num_hidden_layers");
        return MambaLayers.Model(config, name, MambaLayers.Alike(config, layer => Mixer(config, layer + "mixer.")));
    }

    private static StateSpace Mixer(ModelConfig config, string name)
    {
        var (d, inner) = (config.Count("hidden_size"), config.Times("hidden_size", config.Count("expand")));
        config.RequireSame("intermediate_size", inner, "hidden_size times expand");
        config.RequireSame("d_inner", inner, "hidden_size times expand");
        _ = Activations.Read(config, "hidden_act");
        return StateSpaces.Mamba(
            name, d, inner, config.Count("state_size"), MambaLayers.TimeRank(config, "time_step_rank"), config.Count("conv_kernel"),
            config.Flag("use_conv_bias"), config.Flag("use_bias"), hasNorms: false);
    }
}
