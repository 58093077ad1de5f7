using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>The command that measures a point again.</summary>
internal static class RerunHint
{
    public static string Of(ModelFacts model, WorkloadFacts w, HardwareKey hardware)
    {
        string?[] words =
        [
            hardware.Allocator.Length > 0 ? hardware.Allocator : null,
            "llmmem run",
            // A model from a file is named as its file says, and where that lies is not recorded.
            ModelPresets.Names.Contains(model.Name) ? model.Name : $"FILE-OF-{model.Name}",
            $"--dtype {w.Dtype.Name()}",
            w.KvDtype == w.Dtype.Computed() ? null : $"--kv-dtype {w.KvDtype.Name()}",
            w.VDtype is { } values ? $"--v-dtype {values.Name()}" : null,
            Text($"--batch {w.Batch} --prompt {w.Prompt} --new-tokens {w.NewTokens}"),
            w.Cache == default ? null : $"--cache {w.Cache.Name()}",
            w.CacheBlock is { } block ? Text($"--cache-block {block}") : null,
            w.WindowCache == default ? null : $"--window-cache {w.WindowCache.Name()}",
            w.Attention == default ? null : $"--attention {w.Attention.Name()}",
            w.GroupedHeads == new Workload().GroupedHeads ? null : $"--grouped-heads {w.GroupedHeads.Name()}",
            w.PrefillChunk is { } chunk ? Text($"--prefill-chunk {chunk}") : null,
            w.Logits == default ? null : $"--logits {w.Logits.Name()}",
            $"--device {(hardware.Kind == DeviceKind.Cpu ? hardware.Kind.Name() : "auto")}",
            "--out again",
        ];
        return string.Join(' ', words.OfType<string>());
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
