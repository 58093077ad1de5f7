namespace LlmMemProfiler.VirtualGpu.Tests.Exports;

/// <summary>Tests that put other devices under the functions, and those that use the devices there are, so that nothing may run beside them.</summary>
[CollectionDefinition(nameof(AloneWithTheDevices), DisableParallelization = true)]
public sealed class AloneWithTheDevices;
