namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>Python's json module writes NaN, Infinity and -Infinity as bare words, and reads them.</summary>
public class PythonNumberTests
{
    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("[1, NaN, {\"a\": -Infinity}]")]
    public void One_that_does_not_matter_is_passed_over(string literal) =>
        Assert.Equal(OwnForm.Read(Gpt2Form.Valid), OwnForm.Read(Raw("repetition_penalty", literal)));

    [Theory]
    [InlineData("layer_norm_epsilon", "NaN")]
    [InlineData("layer_norm_epsilon", "Infinity")]
    [InlineData("n_layer", "-Infinity")]
    public void One_where_a_size_is_needed_is_named_with_its_field(string field, string literal) => Assert.StartsWith(
        $"m.json: {field} is \"{literal}\"; expected a ",
        Assert.ThrowsAny<InputException>(() => OwnForm.Read(Raw(field, literal))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("NaN: say \\\"NaN\\\" or -Infinity \\\\")]
    [InlineData("Infinity")]
    public void The_same_letters_in_a_string_stay_as_they_are(string text) => Assert.Equal(
        text.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal),
        OwnForm.Read(Raw("_name_or_path", $"\"{text}\"")).Name);

    [Theory]
    [InlineData("nan")]
    [InlineData("Inf")]
    [InlineData("NaN1")]
    [InlineData("+Infinity")]
    [InlineData("- Infinity")]
    public void What_Python_does_not_read_either_is_refused(string literal) => Assert.Contains(
        "invalid JSON at line 2", Assert.ThrowsAny<InputException>(() => OwnForm.Read(Raw("repetition_penalty", literal))).Message, StringComparison.Ordinal);

    /// <summary>The field comes last, on a second line.</summary>
    private static string Raw(string field, string literal) => $"{Gpt2Form.With(field, null)[..^1]},\n\"{field}\": {literal}}}";
}
