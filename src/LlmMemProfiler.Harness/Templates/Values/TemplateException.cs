namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>A template that cannot be read or rendered: its own fault, or what it says itself of the messages.</summary>
/// <param name="message">What is wrong, without a place.</param>
/// <param name="line">The template's line, from 1; null where it is not known yet.</param>
/// <param name="isRaised">Whether the template says it itself, by <c>raise_exception</c>.</param>
public sealed class TemplateException(string message, int? line = null, bool isRaised = false) : Exception(message)
{
    public int? Line { get; } = line;

    public bool IsRaised { get; } = isRaised;
}
