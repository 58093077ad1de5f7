using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Dao and Gu (2024), Transformers are SSMs; transformers, <c>models/mamba2/modeling_mamba2.py</c>.</remarks>
internal sealed class Mamba2Family : ModelFamily
{
    public override IReadOnlyList<string> ModelTypes => ["mamba2"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // Its norm does not ask, and the rank of the time steps is that of Mamba 1.
        config.PassOver("rms_norm", "norm_before_gate", "time_step_rank");
        return MambaLayers.Model(config, name, MambaLayers.Alike(config, layer => Mixer(config, layer + "mixer.")));
    }

    private static StateSpace Mixer(ModelConfig config, string name)
    {
        var heads = (Count: config.Count("num_heads"), Dim: config.Count("head_dim"));
        var inner = config.Times("hidden_size", config.Count("expand"));
        if ((long)heads.Count * heads.Dim != inner)
            throw new InputException($"{config.Origin}: num_heads {heads.Count} times head_dim {heads.Dim} is not hidden_size times expand, {inner}; they must be equal");
        config.RequireSame("intermediate_size", inner, "hidden_size times expand");
        _ = Activations.Read(config, "hidden_act");
        return StateSpaces.Mamba2(
            name, config.Count("hidden_size"), heads, config.Count("state_size"), config.Count("n_groups"), config.Count("conv_kernel"),
            config.Flag("use_conv_bias"), config.Flag("use_bias"));
    }
}
