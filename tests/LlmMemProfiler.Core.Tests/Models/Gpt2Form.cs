namespace LlmMemProfiler.Core.Tests.Models;

internal static class Gpt2Form
{
    /// <summary>The fields that matter of <c>openai-community/gpt2</c>'s config.json, and some that do not.</summary>
    public const string Valid = """
        {
          "activation_function": "gelu_new",
          "architectures": ["GPT2LMHeadModel"],
          "attn_pdrop": 0.1,
          "layer_norm_epsilon": 1e-05,
          "model_type": "gpt2",
          "n_ctx": 1024,
          "n_embd": 768,
          "n_head": 12,
          "n_inner": null,
          "n_layer": 12,
          "n_positions": 1024,
          "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50}},
          "vocab_size": 50257
        }
        """;

    public static string With(string field, string? literal) => OwnForm.Edited(Valid, field, literal);
}
