using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>What libtorch refused or could not do, as TorchSharp throws it.</summary>
public sealed class LibTorchException(string? message) : ExternalException(message);
