namespace LlmMemProfiler.Core.Models;

/// <summary>What is kept of a token.</summary>
public enum CacheSide
{
    Keys,
    Values,
}
