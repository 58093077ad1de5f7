namespace LlmMemProfiler.VirtualGpu.SharedObjects;

/// <summary>A function that a library takes from another one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version of it that is asked for; null for any.</param>
/// <param name="Library">The name of the library that defines that version; null if none is asked for.</param>
public sealed record ImportedFunction(string Name, string? Version, string? Library);
