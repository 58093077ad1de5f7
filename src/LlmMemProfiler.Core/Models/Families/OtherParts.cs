using System.Text.Json;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Parts of a model that stand between a decoder's own fields: encoders of pictures, sound and more, and what joins them to it.</summary>
/// <remarks>Qwen2-VL, LLaVA, MiniCPM-V and others of their time, whose configs are a decoder's with such fields added.</remarks>
internal static class OtherParts
{
    /// <summary>Words in the names of objects that describe such a part.</summary>
    private static readonly string[] Words = ["vision", "visual", "audio", "image", "projector", "slice_config", "gene_config"];

    /// <summary>Fields that name such a part.</summary>
    private static readonly string[] Names = ["mm_vision_tower", "mm_audio_tower", "vision_encoder", "vision_tower", "visual"];

    /// <summary>The fields of a config that stand for such parts.</summary>
    public static IReadOnlyList<string> In(ModelFields fields) =>
    [
        .. fields.Names.Where(name => Names.Contains(name)
            || (fields.Kind(name) == JsonValueKind.Object && Words.Any(word => name.Contains(word, StringComparison.Ordinal)))),
    ];
}
