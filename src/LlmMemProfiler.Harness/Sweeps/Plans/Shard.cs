using System.Globalization;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>One of several equal parts of a plan, so that machines or array jobs can split it without communicating.</summary>
/// <param name="Number">From 1 to <paramref name="Count"/>.</param>
/// <param name="Count">Number of shards.</param>
public sealed record Shard(int Number, int Count)
{
    /// <summary>This shard's own results file.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"results-{Number}-of-{Count}.jsonl");

    /// <summary>The share whose results file has this name; null for another file.</summary>
    public static Shard? OfFile(string name) =>
        name.Split('-', '.') is ["results", var number, "of", var count, "jsonl", .. [] or ["gz"]] && Read(number) is { } i && Read(count) is { } n ? new(i, n) : null;

    /// <summary>Reads 'I/N'.</summary>
    /// <exception cref="InputException">It has another form, or I is not from 1 to N.</exception>
    public static Shard Parse(string text) =>
        text.Split('/') is [var number, var count] && Read(number) is { } i && Read(count) is { } n && i >= 1 && i <= n
            ? new(i, n)
            : throw new FieldException($"{new Field("shard")} {text}: not a shard; must be I/N with I from 1 to N, such as 1/4");

    /// <summary>Whether the point at this index in the plan belongs to the shard.</summary>
    public bool Contains(int index) => index % Count == Number - 1;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    private static int? Read(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
