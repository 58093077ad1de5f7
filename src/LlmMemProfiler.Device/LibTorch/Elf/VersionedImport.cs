namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>A symbol that a library takes from another one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that is asked for; null for any.</param>
/// <param name="Library">The library that defines that version; null if none is asked for.</param>
public sealed record VersionedImport(string Name, string? Version, string? Library);
