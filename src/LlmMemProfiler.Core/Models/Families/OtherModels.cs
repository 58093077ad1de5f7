namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Types of models that are no decoders, so that a refusal can say so.</summary>
/// <remarks>transformers, <c>models/auto/modeling_auto.py</c>: encoders, encoders with a decoder of their own, models of pictures and sound.</remarks>
internal static class OtherModels
{
    private static readonly HashSet<string> Types =
    [
        // Encoders of text.
        "albert", "bert", "big_bird", "camembert", "convbert", "deberta", "deberta-v2", "distilbert", "electra", "ernie", "esm", "eurobert", "flaubert",
        "fnet", "funnel", "layoutlm", "layoutlmv2", "layoutlmv3", "longformer", "luke", "megatron-bert", "mobilebert", "modernbert", "mpnet", "nomic_bert",
        "rembert", "roberta", "roformer", "squeezebert", "xlm", "xlm-roberta", "xlm-roberta-xl",
        // An encoder and a decoder.
        "bart", "bigbird_pegasus", "blenderbot", "blenderbot-small", "encoder-decoder", "fsmt", "led", "longt5", "m2m_100", "marian", "mbart", "mt5", "mvp",
        "nllb-moe", "pegasus", "pegasus_x", "plbart", "prophetnet", "speech-encoder-decoder", "speech_to_text", "switch_transformers", "t5", "t5gemma",
        "trocr", "udop", "umt5", "vision-encoder-decoder", "whisper", "codet5p", "codet5p_module",
        // Pictures and sound.
        "audio-spectrogram-transformer", "beit", "blip", "clip", "clip_vision_model", "convnext", "convnextv2", "deit", "detr", "dinov2", "dpt", "hubert",
        "mobilenet_v2", "mobilevit", "resnet", "segformer", "siglip", "siglip_vision_model", "swin", "vit", "vit_mae", "vits", "wav2vec2", "wavlm", "yolos",
    ];

    public static bool Is(string modelType) => Types.Contains(modelType);
}
