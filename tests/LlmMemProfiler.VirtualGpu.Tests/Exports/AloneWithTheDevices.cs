namespace LlmMemProfiler.VirtualGpu.Tests.Exports;

/// <summary>Tests that put other devices under the functions, so that nothing may run beside them.</summary>
[CollectionDefinition(nameof(AloneWithTheDevices), DisableParallelization = true)]
public sealed class AloneWithTheDevices;
