using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Html;
using LlmMemProfiler.Reports.Tables;

namespace LlmMemProfiler.Reports.Tests.Tables;

public class RecordsCsvTests
{
    [Fact]
    public void Each_record_is_one_row_with_the_records_numbers()
    {
        var records = SyntheticSweep.Axes();
        var (header, rows) = Read(records);
        Assert.Equal(records.Count, rows.Count);
        Assert.All(rows, row => Assert.Equal(header.Count, row.Count));
        foreach (var (record, row) in records.Zip(rows))
        {
            string At(string name) => row[header.ToList().IndexOf(name)];
            Assert.Equal(record.PointId, At("point_id"));
            Assert.Equal(Text(record.Measured.TensorPeak), At("tensor_peak_bytes"));
            Assert.Equal(Text(record.Measured.DevicePeak), At("device_peak_bytes"));
            Assert.Equal("", At("reserved_peak_bytes"));
            Assert.Equal(Text(record.Measured.Parts[Part.Context]), At("context_bytes"));
            Assert.Equal(Text(record.Measured.TensorParts[Part.KvCache]), At("tensor_kv_cache_bytes"));
            Assert.Equal(Text(record.Estimates[0].Total), At("guide_total_bytes"));
            Assert.Equal(Text(record.Estimates[2].Parts[Part.Activations]), At("simulated_activations_bytes"));
            Assert.Equal("", At("simulated_overhead_bytes"));
            Assert.Equal(record.Timing.DecodeTokensPerSecond!.Value.ToString(CultureInfo.InvariantCulture), At("decode_tokens_per_second"));
        }
    }

    [Theory]
    [InlineData("a,\"b\" c", "a,\"b\" c")]
    [InlineData("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@sum", "'@sum")]
    [InlineData("  =1", "'  =1")]
    [InlineData("two\nlines", "two\\u000alines")]
    [InlineData("\t=1", "\\u0009=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("a\u202eb\e[2J", "a\\u202eb\\u001b[2J")]
    [InlineData("plain", "plain")]
    public void Text_is_quoted_and_never_a_formula(string name, string read)
    {
        var record = SyntheticSweep.Axes()[0];
        var (header, rows) = Read([record with { Model = record.Model with { Name = name } }]);
        Assert.Equal(read, rows[0][header.ToList().IndexOf("model")]);
    }

    /// <summary>The last place before the file and before the page does not rest on what comes before.</summary>
    [Fact]
    public void Text_that_nobody_cleaned_is_cleaned_here()
    {
        var point = ReportData.Of([SyntheticSweep.Axes()[0]]).All[0];
        ReportPoint[] points = [point with { Model = point.Model with { Name = "a\e[2J\u202eb" } }];
        var file = new StringWriter();
        RecordsCsv.Write(file, points);
        Assert.Contains(",a\\u001b[2J\\u202eb,", file.ToString(), StringComparison.Ordinal);
        using var page = JsonDocument.Parse(RowJson.Of(points));
        Assert.Equal("a\\u001b[2J\\u202eb", page.RootElement.GetProperty("rows")[0][1].GetString());
    }

    [Fact]
    public void A_negative_size_stays_a_number()
    {
        var record = SyntheticSweep.Point("tiny", new() { Prompt = 16, NewTokens = 2 }, extra: -10 * ByteSize.MiB);
        var (header, rows) = Read([record]);
        Assert.Equal(Text(new(-7 * ByteSize.MiB)), rows[0][header.ToList().IndexOf("residual_bytes")]);
    }

    private static string Text(ByteSize? size) => size!.Value.Bytes.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads as RFC 4180 says.</summary>
    private static (IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows) Read(IEnumerable<RunRecord> records)
    {
        var file = new StringWriter();
        RecordsCsv.Write(file, ReportData.Of(records).All);
        var (rows, row, field, isQuoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        var text = file.ToString();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                field.Append(text[++i]);
            else if (c == '"')
                isQuoted = !isQuoted;
            else if (!isQuoted && c is ',' or '\n')
            {
                row.Add(field.ToString().TrimEnd('\r'));
                field.Clear();
                if (c == '\n')
                {
                    rows.Add(row);
                    row = [];
                }
            }
            else
                field.Append(c);
        }
        Assert.False(isQuoted);
        Assert.Equal(0, field.Length);
        return (rows[0], rows[1..]);
    }
}
