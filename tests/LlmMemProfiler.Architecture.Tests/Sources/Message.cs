namespace LlmMemProfiler.Architecture.Tests.Sources;

/// <summary>What an input error says.</summary>
/// <param name="Place">Where it is raised.</param>
/// <param name="Text">The strings of the message, a line each.</param>
/// <param name="HasAnother">True where it hands on another input error's message.</param>
internal sealed record Message(string Place, string Text, bool HasAnother);
