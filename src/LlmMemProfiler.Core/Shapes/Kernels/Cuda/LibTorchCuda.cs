using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>Versions of a CUDA libtorch that determine its choices.</summary>
/// <param name="Version">libtorch version, such as '2.10.0'.</param>
/// <param name="Cudnn">cuDNN version as one number, 10000 · major + 100 · minor + patch: 9.10.2 is 91002; 0 if none.</param>
/// <param name="Runtime">CUDA version it was built for, such as '12.8'; null if unknown.</param>
public sealed partial record LibTorchCuda(string Version, int Cudnn, string? Runtime = null)
{
    /// <summary>TorchSharp 0.107.0: CUDA 12.8, with cuDNN 9.10.2 as in PyTorch's wheels for 12.8; not verified.</summary>
    public static LibTorchCuda TorchSharp { get; } = new("2.10.0", 91002, "12.8");

    /// <summary>PyTorch's wheels of the releases whose rules were compared with the real library, oldest first.</summary>
    /// <remarks>
    /// cuDNN 9.20 is in the notes of 2.12, 9.19.0 was seen in 2.11.0+cu130 on an H100; that 2.8 and 2.9 have TorchSharp's is from memory. Not
    /// verified.
    /// </remarks>
    private static readonly LibTorchCuda[] Wheels =
    [
        new("2.8.0", 91002, "12.8"), new("2.9.1", 91002, "12.8"), TorchSharp, new("2.11.0", 91900, "13.0"), new("2.12.1", 92000, "13.0"),
    ];

    /// <summary>The releases whose rules were compared with the real library, as '2.8 to 2.12'.</summary>
    public static string Compared => $"{Wheels[0].Release} to {Wheels[^1].Release}";

    /// <summary>What the rules are worth for this version; null where they were compared with the real library.</summary>
    public string? Doubt => ReleaseLine().IsMatch(Version)
        ? Wheels.Any(wheel => wheel.Release == Release)
            ? null
            : $"libtorch {Version}: its kernels and allocator were never compared with these rules, which hold for {Compared}"
        : $"libtorch's version is not known, so the rules of {Release} are used";

    /// <summary>A version as a user gives it, '2.12' or '2.12.1', with cuDNN and CUDA as in the nearest wheel; null if it is none.</summary>
    public static LibTorchCuda? OfVersion(string text)
    {
        if (!WholeVersion().IsMatch(text))
            return null;
        var named = new LibTorchCuda(text, 0);
        var nearest = Array.FindLast(Wheels, wheel => wheel.Release <= named.Release) ?? Wheels[0];
        return new(text, nearest.Cudnn, nearest.Runtime);
    }

    /// <summary>Major and minor version, by which rules differ; TorchSharp's for a version that is no number.</summary>
    public Version Release { get; } = ReleaseLine().Match(Version) is { Success: true } release
        ? new(Number(release.Groups[1]), Number(release.Groups[2]))
        : new(2, 10);

    /// <summary>Versions reported by a loaded libtorch.</summary>
    /// <param name="version">Its version; null means the wrapper's.</param>
    /// <param name="configuration">The text of <c>at::show_config</c>.</param>
    /// <remarks>
    /// ATen, <c>cuda/detail/CUDAHooks.cpp</c>, <c>showConfig</c>: the line for cuDNN is the loaded library's version, printed
    /// as version / 1000, a dot, version / 100 % 10, and, where it is not 0, a dot and version % 100: 91002 reads '91.0.2', 91900 '91.9'.
    /// </remarks>
    public static LibTorchCuda Of(string? version, string configuration) => new(
        version ?? TorchSharp.Version,
        CudnnLine().Match(configuration) is { Success: true } cudnn
            ? (Number(cudnn.Groups[1]) * 1000) + (Number(cudnn.Groups[2]) * 100) + Number(cudnn.Groups[3])
            : 0,
        RuntimeLine().Match(configuration) is { Success: true } runtime ? runtime.Groups[1].Value : null);

    private static int Number(Group digits) => digits.Success ? int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^([0-9]{1,4})\.([0-9]{1,4})", RegexOptions.CultureInvariant)]
    private static partial Regex ReleaseLine();

    [GeneratedRegex(@"^[0-9]{1,4}\.[0-9]{1,4}(?:\.[0-9]{1,4})?(?:[a-z+][0-9a-z.]{0,20})?$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeVersion();

    [GeneratedRegex(@"- CuDNN ([0-9]{1,4})\.([0-9])(?:\.([0-9]{1,2}))?", RegexOptions.CultureInvariant)]
    private static partial Regex CudnnLine();

    [GeneratedRegex(@"- CUDA Runtime ([0-9]+\.[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex RuntimeLine();
}
