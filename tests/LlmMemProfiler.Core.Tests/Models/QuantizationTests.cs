using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Tests.Models.Families;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>How checkpoints keep quantized weights.</summary>
public class QuantizationTests
{
    /// <summary>A linear layer of 8 heads: q_proj [512, 256] in the first layer, which all cases look at.</summary>
    private const string Model = """
        "model_type": "llama", "hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 1, "num_attention_heads": 8, "head_dim": 64,
        "num_key_value_heads": 8, "vocab_size": 1000, "torch_dtype": "bfloat16"
        """;

    /// <summary>A published index of 80 layers in 9 files, with 'self_attn.q_proj.qweight', has the total_size 39,767,785,472: Llama 3.1 70B in AWQ.</summary>
    [Fact]
    public void Llama_70B_in_AWQ_has_the_published_size()
    {
        var model = OwnForm.Read("""
            {
              "model_type": "llama", "hidden_size": 8192, "intermediate_size": 28672, "num_hidden_layers": 80, "num_attention_heads": 64,
              "num_key_value_heads": 8, "vocab_size": 128256, "torch_dtype": "float16", "tie_word_embeddings": false,
              "quantization_config": { "quant_method": "awq", "bits": 4, "group_size": 128, "version": "gemm", "zero_point": true, "modules_to_not_convert": null }
            }
            """);

        Assert.Equal(39_767_785_472, model.FileSize(DataType.Float16).Bytes);
        Assert.Equal(70_553_706_496, model.Parameters);
    }

    /// <summary>The index of DeepSeek's V3 in AWQ, kvcache-ai/sglang_awq@1e697f11, model.safetensors.index.json, has the total_size 364,589,799,936.</summary>
    [Fact]
    public void DeepSeek_V3_in_AWQ_has_the_published_size() => Assert.Equal(364_589_799_936, OwnForm.Read("""
        {
          "model_type": "deepseek_v3", "first_k_dense_replace": 3, "hidden_size": 7168, "intermediate_size": 18432, "kv_lora_rank": 512,
          "max_position_embeddings": 163840, "moe_intermediate_size": 2048, "moe_layer_freq": 1, "n_routed_experts": 256, "n_shared_experts": 1,
          "num_attention_heads": 128, "num_experts_per_tok": 8, "num_hidden_layers": 61, "num_key_value_heads": 128, "num_nextn_predict_layers": 1,
          "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "vocab_size": 129280, "topk_method": "noaux_tc",
          "tie_word_embeddings": false, "torch_dtype": "float16",
          "quantization_config": { "quant_method": "awq", "bits": 4, "group_size": 64, "version": "gemm", "zero_point": true, "modules_to_not_convert": null }
        }
        """).FileSize(DataType.Float16).Bytes);

    /// <summary>The index of Qwen 3 14B in MLX's 4 bits, root-hypercube/qwen3-mlx@821745ab, has the total_size 8,307,783,680.</summary>
    [Fact]
    public void Qwen_3_14B_in_MLX_has_the_published_size() => Assert.Equal(8_307_783_680, OwnForm.Read("""
        {
          "model_type": "qwen3", "head_dim": 128, "hidden_size": 5120, "intermediate_size": 17408, "max_position_embeddings": 40960, "num_attention_heads": 40,
          "num_hidden_layers": 40, "num_key_value_heads": 8, "vocab_size": 151936, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
          "quantization": { "group_size": 64, "bits": 4 }, "quantization_config": { "group_size": 64, "bits": 4 }
        }
        """).FileSize(DataType.BFloat16).Bytes);

    /// <summary>OpenAI's model card gives the checkpoint's size as 60.8 GiB.</summary>
    [Fact]
    public void Gpt_oss_120B_in_MXFP4_has_the_published_size() => Assert.Equal(
        60.8, Math.Round(ModelFile.Read(SharedFiles.At("models", "aic-gpt-oss-120b")).FileSize(DataType.BFloat16).Bytes / (double)(1L << 30), 1));

    /// <summary>Sizes by the methods' own descriptions, for q_proj [512, 256].</summary>
    [Theory]
    [InlineData("""{ "quant_method": "fp8", "weight_block_size": [128, 128], "fmt": "e4m3", "activation_scheme": "dynamic" }""",
        "q_proj.weight F8_E4M3 512x256, q_proj.weight_scale_inv F32 4x2")]
    [InlineData("""{ "quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": true }""",
        "q_proj.g_idx I32 256, q_proj.qweight I32 32x512, q_proj.qzeros I32 2x64, q_proj.scales F16 2x512")]
    [InlineData("""{ "quant_method": "gptq", "bits": 3, "group_size": -1 }""",
        "q_proj.g_idx I32 256, q_proj.qweight I32 24x512, q_proj.qzeros I32 1x48, q_proj.scales F16 1x512")]
    [InlineData("""{ "quant_method": "awq", "bits": 4, "group_size": 64 }""",
        "q_proj.qweight I32 256x64, q_proj.qzeros I32 4x64, q_proj.scales F16 4x512")]
    [InlineData("""{ "quant_method": "bitsandbytes", "load_in_4bit": true, "bnb_4bit_quant_type": "nf4", "bnb_4bit_use_double_quant": true }""",
        "q_proj.weight U8 65536x1, q_proj.weight.absmax U8 2048, q_proj.weight.quant_map F32 16, q_proj.weight.nested_absmax F32 8, q_proj.weight.nested_quant_map F32 256")]
    [InlineData("""{ "quant_method": "bitsandbytes", "load_in_4bit": true }""", "q_proj.weight U8 65536x1, q_proj.weight.absmax F32 2048, q_proj.weight.quant_map F32 16")]
    [InlineData("""{ "quant_method": "bitsandbytes", "_load_in_4bit": true, "_load_in_8bit": false, "load_in_4bit": true, "load_in_8bit": false, "bnb_4bit_quant_type": "nf4", "llm_int8_skip_modules": null }""",
        "q_proj.weight U8 65536x1, q_proj.weight.absmax F32 2048, q_proj.weight.quant_map F32 16")]
    [InlineData("""{ "quant_method": "bitsandbytes", "load_in_8bit": true }""", "q_proj.weight I8 512x256, q_proj.SCB F32 512")]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": { "group_0": { "targets": ["Linear"], "weights": { "num_bits": 4, "strategy": "group", "group_size": 128, "symmetric": true, "type": "int" } } }, "ignore": ["lm_head"] }""",
        "q_proj.weight_packed I32 512x32, q_proj.weight_scale BF16 512x2, q_proj.weight_shape I64 2")]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "float-quantized", "config_groups": { "group_0": { "weights": { "num_bits": 8, "strategy": "channel", "symmetric": true, "type": "float" } } } }""",
        "q_proj.weight F8_E4M3 512x256, q_proj.weight_scale BF16 512x1")]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "int-quantized", "config_groups": { "group_0": { "weights": { "num_bits": 8, "strategy": "channel", "symmetric": true, "type": "int" } } } }""",
        "q_proj.weight I8 512x256, q_proj.weight_scale BF16 512x1")]
    [InlineData("""{ "quant_method": "fp8", "weight_block_size": null, "dequantize": false, "scale_fmt": "ue8m0" }""", "q_proj.weight F8_E4M3 512x256, q_proj.weight_scale F32 1")]
    [InlineData("""{ "quant_algo": "FP8", "kv_cache_quant_algo": null, "exclude_modules": ["lm_head"], "producer": { "name": "modelopt" } }""",
        "q_proj.weight F8_E4M3 512x256, q_proj.weight_scale F32 , q_proj.input_scale F32 ")]
    [InlineData("""{ "quant_method": "modelopt", "quant_algo": "NVFP4", "group_size": 16, "producer": { "name": "modelopt" }, "config_groups": { "group_0": { "weights": { "num_bits": 4 } } } }""",
        "q_proj.weight U8 512x128, q_proj.weight_scale F8_E4M3 512x16, q_proj.weight_scale_2 F32 , q_proj.input_scale F32 ")]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "nvfp4-pack-quantized", "config_groups": { "group_0": { "targets": ["Linear"], "input_activations": { "num_bits": 4 }, "weights": { "num_bits": 4, "strategy": "tensor_group", "group_size": 16, "type": "float" } } } }""",
        "q_proj.weight_packed U8 512x128, q_proj.weight_scale F8_E4M3 512x16, q_proj.weight_global_scale F32 1, q_proj.input_global_scale F32 1")]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "mixed-precision", "config_groups": { "a": { "format": "pack-quantized", "targets": ["re:.*mlp.*"], "weights": { "num_bits": 4, "strategy": "channel", "symmetric": true } }, "b": { "format": "float-quantized", "targets": ["re:.*q_proj$"], "weights": { "num_bits": 8, "strategy": "channel" } } } }""",
        "q_proj.weight F8_E4M3 512x256, q_proj.weight_scale BF16 512x1")]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": { "a": { "targets": ["re:.*mlp.*"], "weights": { "num_bits": 4, "strategy": "channel", "symmetric": true } } } }""",
        "q_proj.weight BF16 512x256")]
    [InlineData("""{ "quant_method": "gptq", "bits": 4, "group_size": 128, "modules_in_block_to_quantize": [["self_attn.k_proj", "self_attn.v_proj"], ["mlp.up_proj"]] }""", "q_proj.weight BF16 512x256")]
    [InlineData("""{ "quant_method": "gptq", "bits": 4, "group_size": 128, "modules_in_block_to_quantize": [["self_attn.q_proj"]] }""",
        "q_proj.g_idx I32 256, q_proj.qweight I32 32x512, q_proj.qzeros I32 2x64, q_proj.scales F16 2x512")]
    [InlineData("""{ "quant_method": "fp8", "weight_block_size": [128, 128], "modules_to_not_convert": ["model.layers.*.self_attn"] }""", "q_proj.weight BF16 512x256")]
    [InlineData("""{ "quant_method": "fp8", "weight_block_size": [128, 128], "modules_to_not_convert": ["q_proj"] }""", "q_proj.weight BF16 512x256")]
    [InlineData("""{ "quant_method": "awq", "bits": 4, "group_size": 64, "modules_to_not_convert": ["proj"] }""",
        "q_proj.qweight I32 256x64, q_proj.qzeros I32 4x64, q_proj.scales F16 4x512")]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "naive-quantized", "config_groups": { "group_0": { "weights": { "num_bits": 8, "strategy": "tensor" } } }, "ignore": ["re:.*q_proj$"] }""", "q_proj.weight BF16 512x256")]
    public void A_weight_is_kept_as_its_method_keeps_it(string quantization, string tensors)
    {
        var files = OwnForm.Read($$"""{ {{Model}}, "quantization_config": {{quantization}} }""").FileTensors(DataType.BFloat16);

        const string layer = "model.layers.0.self_attn.";
        Assert.Equal(tensors, string.Join(", ", files.Where(t => t.Name.StartsWith(layer + "q_proj", StringComparison.Ordinal))
            .Select(t => $"{t.Name[layer.Length..]} {t.Type.Name} {string.Join('x', t.Shape)}")));
        Assert.All(files.Where(t => t.Name.Contains("norm", StringComparison.Ordinal) || t.Name is "lm_head.weight" or "model.embed_tokens.weight"), t => Assert.Equal("BF16", t.Type.Name));
    }

    /// <summary>Granite keeps 4 experts in one tensor [4, 64, 64]: 4 bits of each are 4 x 64 x 8 words.</summary>
    [Theory]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": { "group_0": { "weights": { "num_bits": 4, "strategy": "group", "group_size": 32, "symmetric": true } } } }""",
        "weight_packed I32 4x64x8, weight_scale BF16 4x64x2, weight_shape I64 4x2")]
    [InlineData("""{ "quant_method": "gptq", "bits": 4, "group_size": 32 }""", "g_idx I32 4x64, qweight I32 4x8x64, qzeros I32 4x2x8, scales F16 4x2x64")]
    [InlineData("""{ "quant_method": "awq", "bits": 4, "group_size": 32 }""", "qweight I32 4x64x8, qzeros I32 4x2x8, scales F16 4x2x64")]
    [InlineData("""{ "quant_method": "bitsandbytes", "load_in_4bit": true }""", "weight BF16 4x64x64")]
    public void Experts_in_one_tensor_are_quantized_one_by_one(string quantization, string tensors)
    {
        var files = OwnForm.Read($$"""
            {
              "model_type": "granitemoe", "hidden_size": 64, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 2,
              "num_local_experts": 4, "num_experts_per_tok": 2, "vocab_size": 100, "torch_dtype": "bfloat16", "quantization_config": {{quantization}}
            }
            """).FileTensors(DataType.BFloat16);

        const string experts = "model.layers.0.block_sparse_moe.input_linear.";
        Assert.Equal(tensors, string.Join(", ", files.Where(t => t.Name.StartsWith(experts, StringComparison.Ordinal))
            .Select(t => $"{t.Name[experts.Length..]} {t.Type.Name} {string.Join('x', t.Shape)}")));
    }

    /// <summary>MLX writes its settings at the top of a config of several parts, under one name or two.</summary>
    [Theory]
    [InlineData("""  "quantization": { "group_size": 64, "bits": 8, "mode": "affine" }  """)]
    [InlineData("""  "quantization": { "group_size": 64, "bits": 8 }, "quantization_config": { "group_size": 64, "bits": 8 }  """)]
    public void The_decoder_of_several_parts_is_quantized_by_MLX(string settings)
    {
        var model = OwnForm.Read($$"""
            {
              "model_type": "gemma3", {{settings}},
              "text_config": { "model_type": "gemma3_text", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 1, "num_attention_heads": 4,
                "num_key_value_heads": 1, "head_dim": 16, "sliding_window": 8, "vocab_size": 100 }
            }
            """);

        Assert.Equal("mlx", model.Quantization!.Method);
        Assert.Contains(model.FileTensors(DataType.BFloat16), t => t.Name.EndsWith("embed_tokens.weight", StringComparison.Ordinal) && t.Bytes == 100 * 64);
    }

    /// <summary>Of Qwen3.6 by NVIDIA: every module that is quantized is listed, with the output layer; what is not stays as it is.</summary>
    [Fact]
    public void Modules_that_ModelOpt_lists_have_the_format_of_their_group()
    {
        const string settings = """
            {
              "quant_method": "modelopt", "quant_algo": "MIXED_PRECISION", "quantized_layers": {}, "producer": { "name": "modelopt" }, "ignore": ["mtp*"],
              "config_groups": {
                "group_0": { "input_activations": { "num_bits": 8 }, "weights": { "dynamic": false, "num_bits": 8, "type": "float" }, "targets": ["model.layers.0.self_attn.q_proj"] },
                "group_1": { "weights": { "num_bits": 4, "type": "float", "group_size": 16 }, "targets": ["lm_head", "model.layers.0.mlp.up_proj"] }
              }
            }
            """;
        var files = SmallConfig.Read("llama", $$"""{ "num_hidden_layers": 1, "quantization_config": {{settings}} }""").FileTensors(DataType.BFloat16);

        Assert.Equal(
            ["lm_head.weight U8 100x32", "model.layers.0.mlp.down_proj.weight BF16 64x96", "model.layers.0.mlp.up_proj.weight U8 96x32", "model.layers.0.self_attn.q_proj.weight F8_E4M3 64x64"],
            files.Where(t => t.Name.EndsWith("weight", StringComparison.Ordinal) && (t.Name.Contains("q_proj", StringComparison.Ordinal) || t.Name.Contains("up_proj", StringComparison.Ordinal)
                || t.Name.Contains("down_proj", StringComparison.Ordinal) || t.Name.Contains("lm_head", StringComparison.Ordinal)))
                .Select(t => $"{t.Name} {t.Type.Name} {string.Join('x', t.Shape)}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{ "quant_method": "hqq" }""", "quant_method is 'hqq'; known methods: fp8, gptq")]
    [InlineData("""{ "quant_algo": "W4A8_AWQ" }""", "quant_algo is 'W4A8_AWQ'; expected FP8, NVFP4 or MIXED_PRECISION")]
    [InlineData("{}", "quantization_config is empty; expected a quant_method")]
    [InlineData("""{ "quant_method": "mxfp4" }""", "quantization_config does not fit the model: mxfp4 quantizes none of its tensors")]
    [InlineData("""{ "quant_method": "awq", "bits": 4, "group_size": 96 }""", "model.layers.0.self_attn.q_proj has 256 inputs, which are no multiple of the group size 96")]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": {} }""", "config_groups has no group with weights")]
    [InlineData("""{ "quant_method": "gptq", "bits": 5, "group_size": 128 }""", "bits is 5; expected 2, 3, 4, 8")]
    [InlineData("""{ "quant_method": "fp8", "weight_block_size": [128] }""", "weight_block_size is not two numbers")]
    [InlineData("""{ "quant_method": "bitsandbytes", "load_in_4bit": true, "load_in_8bit": true }""", "must have one")]
    [InlineData("""{ "quant_method": "awq", "bits": 4, "group_size": 64, "grup_size": 32 }""", "field 'quantization_config.grup_size' is unknown")]
    [InlineData("""{ "quant_method": "compressed-tensors", "format": "marlin-24", "config_groups": { "group_0": { "weights": { "num_bits": 4, "strategy": "group" } } } }""", "has the format 'marlin-24'")]
    public void What_is_not_known_is_refused(string quantization, string words) => Assert.Contains(
        words, Assert.ThrowsAny<InputException>(() => OwnForm.Read($$"""{ {{Model}}, "quantization_config": {{quantization}} }""")).Message, StringComparison.Ordinal);

    /// <summary>MLX names modules with settings of their own, or none, as its own code calls them.</summary>
    [Theory]
    [InlineData("""{ "bits": 8, "group_size": 64, "mode": "affine" }""", "q_proj.weight U32 512x64, q_proj.scales BF16 512x4, q_proj.biases BF16 512x4")]
    [InlineData("false", "q_proj.weight BF16 512x256")]
    public void MLX_may_keep_a_module_otherwise(string own, string tensors)
    {
        var files = OwnForm.Read($$"""{ {{Model}}, "quantization": { "bits": 4, "group_size": 32, "language_model.model.layers.0.self_attn.q_proj": {{own}} } }""")
            .FileTensors(DataType.BFloat16);

        const string layer = "model.layers.0.self_attn.";
        Assert.Equal(tensors, string.Join(", ", files.Where(t => t.Name.StartsWith(layer + "q_proj", StringComparison.Ordinal))
            .Select(t => $"{t.Name[layer.Length..]} {t.Type.Name} {string.Join('x', t.Shape)}")));
        Assert.Contains(files, t => t.Name == layer + "k_proj.scales" && t.Shape[1] == 8);
    }

    /// <summary>In DeepSeek's code a router is a parameter, which MLX does not quantize; in Qwen's it is a linear layer.</summary>
    [Theory]
    [InlineData("deepseek", "n_routed_experts", false)]
    [InlineData("qwen3_moe", "num_experts", true)]
    public void MLX_quantizes_routers_that_are_linear_layers(string type, string count, bool isQuantized) => Assert.Equal(isQuantized, OwnForm.Read($$"""
        { "model_type": "{{type}}", "hidden_size": 64, "intermediate_size": 64, "moe_intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 4,
          "{{count}}": 4, "num_experts_per_tok": 2, "vocab_size": 100, "torch_dtype": "bfloat16", "quantization": { "bits": 4, "group_size": 32 } }
        """).FileTensors(DataType.BFloat16).Any(tensor => tensor.Name == "model.layers.0.mlp.gate.scales"));

    /// <summary>
    /// The index of Gemma 4 26B, Ade7121976/split_models@78133e1f, has a packed gate, up and down of each expert, though they lie together
    /// in the checkpoint that was quantized.
    /// </summary>
    [Fact]
    public void Experts_that_lay_together_are_packed_apart()
    {
        var names = OwnForm.Read("""
            { "model_type": "gemma4_text", "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "vocab_size": 100,
              "hidden_size_per_layer_input": 0, "enable_moe_block": true, "num_experts": 2, "top_k_experts": 1, "moe_intermediate_size": 32, "torch_dtype": "bfloat16",
              "quantization_config": { "quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": { "group_0": { "targets": ["Linear"], "weights": { "num_bits": 4, "strategy": "group", "group_size": 32, "symmetric": true } } } } }
            """).FileTensors(DataType.BFloat16).Where(tensor => tensor.Name.Contains(".experts.", StringComparison.Ordinal)).ToList();

        Assert.Equal(18, names.Count);
        Assert.Contains(names, tensor => tensor.Name == "model.layers.0.experts.1.up_proj.weight_packed" && tensor.Shape.SequenceEqual([32L, 8L]));
        Assert.Contains(names, tensor => tensor.Name == "model.layers.0.experts.1.down_proj.weight_scale" && tensor.Shape.SequenceEqual([64L, 1L]));
    }

    [Fact]
    public void AutoGPTQs_settings_beside_a_config_are_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "config.json"), $$"""{ {{Model}} }""");
        File.WriteAllText(Path.Combine(folder.Path, "quantize_config.json"), """{ "bits": 4, "group_size": 128, "desc_act": false, "sym": true }""");

        var model = ModelFile.Read(folder.Path);

        Assert.Equal("gptq", model.Quantization!.Method);
        Assert.Contains(model.FileTensors(DataType.Float16), tensor => tensor.Name.EndsWith("q_proj.qweight", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder.Path, "quantize_config.json"), """{ "bits": 4, "group_sizes": 128 }""");
        Assert.Contains("quantize_config.json: field 'quantization_config.group_sizes' is unknown", Assert.Throws<InputException>(() => ModelFile.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_is_called_as_its_folder_and_not_as_what_it_was_made_from()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "config.json"), $$"""{ {{Model}}, "_name_or_path": "meta-llama/Llama-2-7b-hf" }""");

        Assert.Equal(Path.GetFileName(folder.Path), ModelFile.Read(folder.Path).Name);
    }

    [Fact]
    public void Without_a_quantization_all_is_in_one_type()
    {
        var model = OwnForm.Read($$"""{ {{Model}} }""");

        Assert.Equal(2 * model.Parameters, model.FileSize(DataType.BFloat16).Bytes);
        Assert.Contains(model.FileTensors(DataType.BFloat16), t => t is { Name: "model.layers.0.mlp.down_proj.weight", Bytes: 2 * 256 * 512 });
    }
}
