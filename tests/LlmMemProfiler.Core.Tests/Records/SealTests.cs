using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Records;

public sealed class SealTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>By .NET's own SHA-256.</summary>
    [Fact]
    public void The_last_property_is_half_of_the_hash_of_the_line_without_it()
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(SampleRecord.Run, RecordJson.Default.RunRecord);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(plain))[..32];

        Assert.Equal($$"""{{Encoding.UTF8.GetString(plain)[..^1]}},"seal":"{{hash}}"}""", Sealed());
        // Read and written again, it is the same.
        Assert.Equal(Sealed(), Encoding.UTF8.GetString(Seal.Write(RecordLine.Parse(Seal.Write(SampleRecord.Run)))));
    }

    /// <summary>Each name and each value of the record, however deep, one at a time.</summary>
    [Fact]
    public void Every_field_that_is_edited_is_told_with_file_and_line()
    {
        var (line, edits) = (Sealed(), 0);
        foreach (var (begin, length) in Tokens(line))
        {
            var edited = $"{line[..begin]}{Other(line.Substring(begin, length))}{line[(begin + length)..]}";
            var file = folder.With("edited.jsonl", $"{line}\n{edited}\n");
            var message = Assert.ThrowsAny<InputException>(() => Read(file)).Message;
            // Without its name, a seal is none; the record is then a duplicate.
            if (!line.AsSpan(begin).StartsWith("\"seal\""))
                Assert.StartsWith($"{file}:2: changed after it was written", message, StringComparison.Ordinal);
            edits++;
        }
        Assert.InRange(edits, 300, 10_000);
    }

    [Fact]
    public void A_line_without_a_seal_is_read_and_counted()
    {
        var plain = JsonSerializer.Serialize(SampleRecord.OfBatch(2), RecordJson.Default.RunRecord);
        var reader = new ResultsReader();

        Assert.Equal(2, reader.Read([folder.With("mixed.jsonl", $"{Sealed()}\n{plain}\n")]).Count());
        Assert.Equal(1, reader.Unsealed);
        Assert.Equal("1 of 2 records have no seal, as from earlier versions: edits to them go unnoticed", Assert.Single(reader.Remarks));
    }

    [Theory]
    [InlineData("\r")]
    [InlineData(" \t")]
    [InlineData("")]
    public void White_space_at_its_end_is_no_change(string end) => Assert.Equal(1, Read(folder.With("spaced.jsonl", $"{Sealed()}{end}\n")));

    [Fact]
    public void A_seal_in_another_place_or_form_is_a_change()
    {
        var line = Sealed();
        var node = JsonNode.Parse(line)!.AsObject();
        var seal = (string)node["seal"]!;
        node.Remove("seal");
        node.Insert(1, "seal", seal);
        foreach (var changed in (string[])[node.ToJsonString(), line.Replace(seal, seal.ToUpperInvariant(), StringComparison.Ordinal), line.Replace(seal, seal[1..], StringComparison.Ordinal)])
            Assert.Contains("changed after it was written", Assert.ThrowsAny<InputException>(() => Read(folder.With("moved.jsonl", changed))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_is_read_and_written_with_another_repeat_gets_a_seal_of_its_own()
    {
        var read = RecordLine.Parse(Seal.Write(SampleRecord.Run));
        Assert.NotNull(read.Seal);
        Assert.Equal(3, RecordLine.Parse(Seal.Write(read with { Repeat = 3 })).Repeat);
    }

    private static string Sealed() => Encoding.UTF8.GetString(Seal.Write(SampleRecord.Run));

    private static int Read(string file) => new ResultsReader().Read([file]).Count();

    /// <summary>Another token of the same kind.</summary>
    private static string Other(string token) => token switch
    {
        "true" => "false",
        "false" => "true",
        "null" => "0",
        ['"', .., '"'] when token.Length > 2 => $"{token[..^2]}{(token[^2] == 'x' ? 'y' : 'x')}\"",
        ['"', ..] => "\"x\"",
        _ => $"{token}1",
    };

    /// <summary>Where each name and each value that is no list or object begins, and how long it is; ASCII.</summary>
    private static List<(int Begin, int Length)> Tokens(string line)
    {
        var tokens = new List<(int, int)>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        while (reader.Read())
        {
            var quotes = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0;
            if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject or JsonTokenType.StartArray or JsonTokenType.EndArray))
                tokens.Add(((int)reader.TokenStartIndex, reader.ValueSpan.Length + quotes));
        }
        return tokens;
    }
}
