namespace LlmMemProfiler.Core.Models;

/// <summary>
/// The fields of a GPT-2 <c>config.json</c>. Each is read, or must have the one value that is modeled, or cannot matter here; a field
/// in no list is an error, because it could change the model.
/// </summary>
/// <remarks>transformers, <c>models/gpt2/configuration_gpt2.py</c> and <c>configuration_utils.py</c>, releases 2 to 5.</remarks>
internal static class Gpt2Fields
{
    /// <summary>Fields that decide sizes, and fields whose value is checked where it is read.</summary>
    public static IReadOnlyList<string> Read { get; } =
    [
        "model_type", "architectures", "auto_map", "_name_or_path",
        "n_layer", "num_hidden_layers", "n_embd", "hidden_size", "n_head", "num_attention_heads", "n_inner",
        "vocab_size", "n_positions", "max_position_embeddings", "n_ctx",
        "attention_head_type", "activation_function", "layer_norm_epsilon", "tie_word_embeddings",
    ];

    /// <summary>Fields that change the model unless they have this value, and what another one means.</summary>
    public static IReadOnlyList<FixedField> Fixed { get; } =
    [
        new("add_cross_attention", "false", "gives each block a second attention, over an encoder"),
        new("is_encoder_decoder", "false", "adds an encoder"),
        new("cross_attention_hidden_size", "null", "gives each block a second attention, over an encoder"),
        new("quantization_config", "null", "stores the weights in another type"),
        new("compression_config", "null", "stores the weights in another type"),
        new("multi_query", "false", "shares one key/value head among all heads"),
        new("reorder_and_upcast_attn", "false", "computes attention scores in FP32"),
        new("pruned_heads", "{}", "removes heads"),
        new("torchscript", "false", "copies the tied output layer"),
        new("output_hidden_states", "false", "keeps every layer's hidden states"),
        new("output_attentions", "false", "keeps every layer's attention weights"),
        new("n_special", "0", "adds rows to the token embedding"),
    ];

    /// <summary>Fields that cannot change what memory holds here, by reason.</summary>
    public static IReadOnlyList<string> WithoutEffect { get; } =
    [
        // Training only: dropout, initial values, recomputation in the backward pass.
        "resid_pdrop", "embd_pdrop", "attn_pdrop", "initializer_range", "gradient_checkpointing", "_gradient_checkpointing",
        // The pooled head of GPT2DoubleHeadsModel, an architecture that is refused.
        "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels", "summary_first_dropout",
        "predict_special_tokens",
        // Labels of task heads, which are refused as architectures.
        "num_labels", "_num_labels", "id2label", "label2id", "problem_type", "finetuning_task", "task_specific_params",
        // Constant factors on attention scores: the same tensors and kernels.
        "scale_attn_weights", "scale_attn_by_inverse_layer_idx",
        // Replaced by the workload: the weights' type, the attention kernel, and that there is a cache.
        "torch_dtype", "dtype", "use_bfloat16", "attn_implementation", "_attn_implementation", "_attn_implementation_autoset",
        "_attn_implementation_internal", "use_cache", "output_past",
        // A decoder is what GPT-2 always is; tying encoder and decoder needs an encoder, which is refused.
        "is_decoder", "tie_encoder_decoder", "is_composition", "decoder_start_token_id",
        // Feed-forward in pieces: other models of transformers read it, GPT-2 does not.
        "chunk_size_feed_forward",
        // Token ids and the tokenizer.
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "cls_token_id", "mask_token_id",
        "tokenizer_class", "prefix",
        // How generate() picks tokens; the workload decodes greedily, and its length is the workload's.
        "max_length", "min_length", "max_new_tokens", "do_sample", "early_stopping", "num_beams", "num_beam_groups",
        "diversity_penalty", "temperature", "top_k", "top_p", "typical_p", "repetition_penalty", "length_penalty",
        "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids", "num_return_sequences", "forced_bos_token_id",
        "forced_eos_token_id", "remove_invalid_values", "exponential_decay_length_penalty", "suppress_tokens",
        "begin_suppress_tokens", "output_scores", "return_dict_in_generate",
        // The form of transformers' answers, and other frameworks.
        "return_dict", "use_return_dict", "keys_to_ignore_at_inference", "tf_legacy_loss", "xla_device",
        // Where the file comes from.
        "transformers_version", "_commit_hash",
    ];

    /// <summary>Architectures with GPT-2's tensors: the decoder with its tied output layer, in any framework.</summary>
    public static IReadOnlyList<string> Architectures { get; } =
    [
        "GPT2LMHeadModel", "GPT2Model", "TFGPT2LMHeadModel", "TFGPT2Model", "FlaxGPT2LMHeadModel", "FlaxGPT2Model",
        // bigcode's santacoder: GPT-2 with attention_head_type.
        "GPT2LMHeadCustomModel",
    ];

    /// <summary>GELU and its approximations in transformers' <c>activations.py</c>: the same sizes.</summary>
    public static IReadOnlyList<string> Activations { get; } =
        ["gelu_new", "gelu", "gelu_fast", "gelu_pytorch_tanh", "gelu_python", "gelu_python_tanh", "gelu_accurate", "quick_gelu"];
}

/// <summary>A field of which only one value is modeled.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">The value, as JSON; null or a missing field means the same.</param>
/// <param name="Effect">What any other value does to the model.</param>
internal sealed record FixedField(string Name, string Value, string Effect);
