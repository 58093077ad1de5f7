namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>A libtorch for CUDA, by what its choices follow from.</summary>
/// <param name="Version">libtorch's, such as '2.10.0'.</param>
/// <param name="Cudnn">cuDNN's as one number, 10000 · major + 100 · minor + patch: 9.10.2 is 91002.</param>
public sealed record LibTorchCuda(string Version, int Cudnn)
{
    /// <summary>What TorchSharp 0.107.0 brings: CUDA 12.8, with cuDNN 9.10.2 by what PyTorch's wheels for 12.8 carry; not seen.</summary>
    public static LibTorchCuda TorchSharp { get; } = new("2.10.0", 91002);

    /// <summary>2.11.0: cuDNN 9.19.0 by what others report of its wheels; not seen.</summary>
    public static LibTorchCuda PyTorch211 { get; } = new("2.11.0", 91900);
}
