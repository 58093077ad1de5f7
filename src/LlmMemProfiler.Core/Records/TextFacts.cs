namespace LlmMemProfiler.Core.Records;

/// <summary>A prompt of the user's own, and what a run made of it; both texts null unless the user asked to keep them.</summary>
/// <param name="Prompt">Its text, up to a length; that which a chat template made, if one did.</param>
/// <param name="Generated">The text of the tokens generated, up to a length.</param>
public sealed record TextFacts(string? Prompt, string? Generated)
{
    /// <summary>The file of the chat template that made the prompt; null for none.</summary>
    public string? ChatTemplate { get; init; }
}
