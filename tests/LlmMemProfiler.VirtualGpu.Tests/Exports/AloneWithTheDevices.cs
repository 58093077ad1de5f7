namespace LlmMemProfiler.VirtualGpu.Tests.Exports;

/// <summary>Tests that put other devices under the functions, and those that use the ones there are: none may run beside another.</summary>
[CollectionDefinition(nameof(AloneWithTheDevices), DisableParallelization = true)]
public sealed class AloneWithTheDevices;
