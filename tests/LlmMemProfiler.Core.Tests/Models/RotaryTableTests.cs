using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models;

public class RotaryTableTests
{
    private const string Qwen3 = """
        {
          "model_type": "qwen3", "hidden_size": 5120, "intermediate_size": 25600, "num_hidden_layers": 64, "num_attention_heads": 64, "num_key_value_heads": 8,
          "head_dim": 128, "vocab_size": 151936, "max_position_embeddings": 40960, "tie_word_embeddings": false, "torch_dtype": "bfloat16", "rope_theta": 1000000
        }
        """;

    /// <summary>vLLM 0.11 prints 61.03 GiB for Qwen3-32B, and 14.99 GiB for Llama-3.1-8B.</summary>
    [Fact]
    public void Weights_and_table_are_what_vLLM_prints()
    {
        var qwen = OwnForm.Read(Qwen3);
        Assert.Equal((65_524_246_528, 10_485_760L), (qwen.FileSize(DataType.BFloat16).Bytes, RotaryTable.Size(qwen, DataType.BFloat16)!.Value.Bytes));
        Assert.Equal(61.03, Gib(65_524_246_528 + 10_485_760));

        var llama = ModelFile.Read(SharedFiles.At("models", "llama3.1-8b"));
        Assert.Equal((16_060_522_496, 33_554_432L), (llama.FileSize(DataType.BFloat16).Bytes, RotaryTable.Size(llama, DataType.BFloat16)!.Value.Bytes));
        Assert.Equal(14.99, Gib(16_060_522_496 + 33_554_432));
    }

    [Fact]
    public void A_scaling_that_lengthens_the_table_leaves_it_unknown()
    {
        var scaled = OwnForm.Edited(Qwen3, "rope_scaling", """{ "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768 }""");

        Assert.Null(RotaryTable.Size(OwnForm.Read(scaled), DataType.BFloat16));
    }

    private static double Gib(long bytes) => Math.Round(bytes / (double)(1L << 30), 2);
}
