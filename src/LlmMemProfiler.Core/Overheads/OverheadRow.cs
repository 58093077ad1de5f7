using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Overheads;

/// <summary>One figure of one source, a row of <c>profiles/overheads.tsv</c>, which has driver, CUDA, framework and the source's words besides.</summary>
/// <param name="Gpu">A card's name in the table of GPUs; empty where the card is not told, which then is why the row does not count.</param>
/// <param name="Quantity">What is counted.</param>
/// <param name="Size">The figure.</param>
/// <param name="Source">Who measured it. All figures of one source have one voice.</param>
/// <param name="Rows">How many equal figures the source has.</param>
/// <param name="Doubt">What is doubtful about it; empty if nothing.</param>
/// <param name="LeftOut">Why it does not count; empty if it does.</param>
internal sealed record OverheadRow(string Gpu, OverheadQuantity Quantity, ByteSize Size, string Source, int Rows, string Doubt, string LeftOut)
{
    public bool Counts => LeftOut.Length == 0;
}
