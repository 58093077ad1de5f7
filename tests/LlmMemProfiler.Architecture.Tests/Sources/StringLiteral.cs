namespace LlmMemProfiler.Architecture.Tests.Sources;

/// <summary>A string in the source, with what surrounds it.</summary>
/// <param name="Start">Where it begins in the file's text, with its quotes and what stands before them.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Text">What is between the quotes as written, each hole of an interpolated one as <c>{}</c>.</param>
internal sealed record StringLiteral(int Start, int End, string Text);
