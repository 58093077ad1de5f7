using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Storage;

/// <summary>A type of elements in a file of weights: so many bytes for a block of so many elements.</summary>
/// <param name="Name">As the file's format calls it.</param>
/// <param name="BlockElements">Elements of a block; 1 where each stands for itself.</param>
/// <param name="BlockBits">Bits of a block.</param>
public sealed record ElementType(string Name, int BlockElements, int BlockBits)
{
    /// <summary>safetensors' types.</summary>
    /// <remarks>huggingface/safetensors, <c>safetensors/src/tensor.rs</c>, release 0.6.</remarks>
    public static IReadOnlyDictionary<string, ElementType> Safetensors { get; } = Table(
        ("BOOL", 1, 8), ("F4", 1, 4), ("F6_E2M3", 1, 6), ("F6_E3M2", 1, 6), ("U8", 1, 8), ("I8", 1, 8), ("F8_E5M2", 1, 8), ("F8_E4M3", 1, 8),
        ("F8_E8M0", 1, 8), ("I16", 1, 16), ("U16", 1, 16), ("F16", 1, 16), ("BF16", 1, 16), ("I32", 1, 32), ("U32", 1, 32), ("F32", 1, 32),
        ("C64", 1, 64), ("F64", 1, 64), ("I64", 1, 64), ("U64", 1, 64));

    /// <summary>GGUF's types by their number.</summary>
    /// <remarks>ggml-org/llama.cpp, <c>ggml/include/ggml.h</c> (numbers) and <c>ggml/src/ggml-common.h</c> (blocks).</remarks>
    public static IReadOnlyDictionary<uint, ElementType> Gguf { get; } = new Dictionary<uint, ElementType>
    {
        [0] = new("F32", 1, 32),
        [1] = new("F16", 1, 16),
        [2] = Block("Q4_0", 32, 18),
        [3] = Block("Q4_1", 32, 20),
        [6] = Block("Q5_0", 32, 22),
        [7] = Block("Q5_1", 32, 24),
        [8] = Block("Q8_0", 32, 34),
        [9] = Block("Q8_1", 32, 36),
        [10] = Block("Q2_K", 256, 84),
        [11] = Block("Q3_K", 256, 110),
        [12] = Block("Q4_K", 256, 144),
        [13] = Block("Q5_K", 256, 176),
        [14] = Block("Q6_K", 256, 210),
        [15] = Block("Q8_K", 256, 292),
        [16] = Block("IQ2_XXS", 256, 66),
        [17] = Block("IQ2_XS", 256, 74),
        [18] = Block("IQ3_XXS", 256, 98),
        [19] = Block("IQ1_S", 256, 50),
        [20] = Block("IQ4_NL", 32, 18),
        [21] = Block("IQ3_S", 256, 110),
        [22] = Block("IQ2_S", 256, 82),
        [23] = Block("IQ4_XS", 256, 136),
        [24] = new("I8", 1, 8),
        [25] = new("I16", 1, 16),
        [26] = new("I32", 1, 32),
        [27] = new("I64", 1, 64),
        [28] = new("F64", 1, 64),
        [29] = Block("IQ1_M", 256, 56),
        [30] = new("BF16", 1, 16),
        [34] = Block("TQ1_0", 256, 54),
        [35] = Block("TQ2_0", 256, 66),
        [39] = Block("MXFP4", 32, 17),
    };

    /// <summary>The type of weights that are not quantized, and of those in INT8.</summary>
    public static ElementType Of(DataType type) => Safetensors[type switch
    {
        DataType.Float32 => "F32",
        DataType.Float16 => "F16",
        DataType.BFloat16 => "BF16",
        DataType.Int8 => "I8",
        DataType.Int64 => "I64",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a data type"),
    }];

    /// <summary>Bytes of some elements; null where they are no whole blocks or no whole bytes.</summary>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public long? Bytes(long elements) => elements % BlockElements == 0 && checked(elements / BlockElements * BlockBits) is var bits && bits % 8 == 0
        ? bits / 8
        : null;

    private static ElementType Block(string name, int elements, int bytes) => new(name, elements, 8 * bytes);

    private static Dictionary<string, ElementType> Table(params (string Name, int Elements, int Bits)[] types) =>
        types.ToDictionary(type => type.Name, type => new ElementType(type.Name, type.Elements, type.Bits), StringComparer.Ordinal);
}
