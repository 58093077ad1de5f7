using LlmMemProfiler.Architecture.Tests.Sources;

namespace LlmMemProfiler.Architecture.Tests;

public class ScannerTests
{
    [Theory]
    [InlineData("x = \"a\\\"b\"; // \"no\"", "a\\\"b")]
    [InlineData("/* \"no\" */ x = @\"a\"\"b\\\";", "a\"\"b\\")]
    [InlineData("c = '\"'; d = '\\''; x = \"y\";", "y")]
    [InlineData("x = $\"a {{b}} {(c ? \"d\" : $\"e {f}\")} g\";", "d|e {}|a {{b}} {} g")]
    [InlineData("x = $@\"{a}\\{b:0.0}\";", "{}\\{}")]
    [InlineData("x = $\"\"\"a \"b\" {c}\"\"\";", "a \"b\" {}")]
    [InlineData("x = $$\"\"\"{a} {{b}}\"\"\";", "{a} {}")]
    [InlineData("x = $\"{new { A = \"b\" }.A}\"; y = \"\";", "b|{}|")]
    public void Strings_are_told_from_comments_and_from_the_holes_in_them(string source, string strings) =>
        Assert.Equal(strings, string.Join('|', new Scanner(source).Literals.Select(l => l.Text)));

    [Theory]
    [InlineData("if (w.Cache == \"concat\")", true)]
    [InlineData("if (w.Cache is not \"concat\")", true)]
    [InlineData("if (w.Cache is \"paged\" or \"concat\")", true)]
    [InlineData("if (\"concat\" != w.Cache)", true)]
    [InlineData("if (w.Cache.Equals(\"concat\"))", true)]
    [InlineData("case \"concat\":", true)]
    [InlineData("x = y switch { \"concat\" => 1 };", true)]
    [InlineData("x = y switch { A.B => \"concat\" };", true)]
    [InlineData("x = words[\"concat\"];", true)]
    [InlineData("x = this(\"concat\");", false)]
    [InlineData("x = [\"concat\", \"other\"];", false)]
    public void A_comparison_with_a_word_is_seen(string source, bool isSeen)
    {
        var scanner = new Scanner(source);
        var word = scanner.Literals.Single(l => l.Text == "concat");

        Assert.Equal(isSeen, Words.IsCompared(scanner.Code, word));
    }
}
