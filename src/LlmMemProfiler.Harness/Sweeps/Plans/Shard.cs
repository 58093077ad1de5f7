using System.Globalization;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>One of several equal shares of a plan, so that machines, or the jobs of an array, divide it without talking.</summary>
/// <param name="Number">From 1 to <paramref name="Count"/>.</param>
/// <param name="Count">How many shares there are.</param>
public sealed record Shard(int Number, int Count)
{
    /// <summary>The results file of this share alone.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"results-{Number}-of-{Count}.jsonl");

    /// <summary>Reads 'I/N'.</summary>
    /// <exception cref="InputException">It is not of that form, or I is not from 1 to N.</exception>
    public static Shard Parse(string text) =>
        text.Split('/') is [var number, var count] && Read(number) is { } i && Read(count) is { } n && i >= 1 && i <= n
            ? new(i, n)
            : throw new FieldException($"{new Field("shard")} {text}: is no share; I/N with I from 1 to N is needed, such as 1/4");

    /// <summary>True where the point at this place of the plan belongs to the share.</summary>
    public bool Contains(int index) => index % Count == Number - 1;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    private static int? Read(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
