namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>A file from outside may say anything: each absurdity gets one line that names file and field.</summary>
public class AbsurdModelTests
{
    private static readonly string[] Counts = ["layers", "d_model", "heads", "d_ff", "vocabulary", "positions"];

    private static readonly string[] NoCounts =
        ["0", "-1", "1e30", "1.5", "2147483648", "9223372036854775808", "\"NaN\"", "\"12\"", "true", "[]", "{\"a\":\n1}"];

    public static MatrixTheoryData<string, string> AbsurdCounts => new([.. Counts, "kv_heads"], NoCounts);

    public static TheoryData<string> Required => [.. Counts, "tied_output", "linear_bias", "final_norm"];

    [Theory]
    [MemberData(nameof(AbsurdCounts))]
    public void What_is_no_count_is_refused(string field, string literal) => Refused(OwnForm.With(field, literal), field);

    [Theory]
    [MemberData(nameof(Required))]
    public void A_missing_field_is_refused(string field)
    {
        Refused(OwnForm.With(field, null), $"{field} is missing");
        Refused(OwnForm.With(field, "null"), $"{field} is missing");
    }

    [Theory]
    [InlineData("tied_output", "1")]
    [InlineData("linear_bias", "\"true\"")]
    [InlineData("norm_epsilon", "\"NaN\"")]
    [InlineData("norm_epsilon", "1e999")]
    [InlineData("norm_epsilon", "0")]
    [InlineData("norm_epsilon", "-1e-5")]
    [InlineData("name", "7")]
    [InlineData("name", "\"a\\u001b[2Jb\"")]
    [InlineData("name", "\"two\\nlines\"")]
    public void What_is_no_flag_number_or_name_is_refused(string field, string literal) =>
        Refused(OwnForm.With(field, literal), field == "norm_epsilon" ? "epsilon" : field);

    [Fact]
    public void A_name_of_a_thousand_letters_is_refused() =>
        Refused(OwnForm.With("name", $"\"{new string('a', 1000)}\""), "name");

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Refused(OwnForm.With("name", "\"half a \\ud800 pair\""), "expected UTF-8");

    [Fact]
    public void Heads_must_divide_the_width() => Refused(OwnForm.With("heads", "7"), "7 heads do not divide d_model 96");

    [Fact]
    public void Groups_must_divide_the_heads() => Refused(OwnForm.With("kv_heads", "4"), "4 kv_heads do not divide 6 heads");

    [Fact]
    public void More_groups_than_heads_are_refused() => Refused(OwnForm.With("kv_heads", "12"), "kv_heads");

    [Fact]
    public void Layers_beyond_what_tags_can_number_are_refused()
    {
        Assert.Equal(4000, OwnForm.Read(OwnForm.With("layers", "4000")).Layers);
        Refused(OwnForm.With("layers", "4001"), "layers is 4001");
    }

    [Fact]
    public void A_long_wrong_value_is_shown_shortened() =>
        Assert.True(Refused(OwnForm.With("heads", $"\"{new string('9', 5000)}\""), "heads").Length < 200);

    private static string Refused(string json, string naming)
    {
        var message = Assert.ThrowsAny<InputException>(() => OwnForm.Read(json)).Message;
        Assert.StartsWith("m.json: ", message, StringComparison.Ordinal);
        Assert.Contains(naming, message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        return message;
    }
}
