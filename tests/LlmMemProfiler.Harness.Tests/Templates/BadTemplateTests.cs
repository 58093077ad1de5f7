using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Tests.Templates;

public class BadTemplateTests
{
    /// <summary>All fail in Jinja too, on these lines.</summary>
    [Theory]
    [InlineData("a\n{{ u.x }}", 2, "'u' is undefined")]
    [InlineData("{{ d.a.b.c }}", 1, "'str object' has no attribute 'b'")]
    [InlineData("{{ s + 1 }}", 1, "unsupported operand types for +: 'str' and 'int'")]
    [InlineData("{{ i // 0 }}", 1, "integer division or modulo by zero")]
    [InlineData("{{ n|length }}", 1, "object of type 'NoneType' has no len()")]
    [InlineData("{{ [3, 'a']|sort }}", 1, "'<' not supported between instances of ")]
    [InlineData("{{ l.append(1) }}", 1, "access to attribute 'append' of 'list' object is unsafe")]
    [InlineData("{{ range(100001)|length }}", 1, "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).")]
    [InlineData("{{ s|uper }}", 1, "No filter named 'uper'; did you mean upper?")]
    [InlineData("{% if s is strin %}{% endif %}", 1, "No test named 'strin'; did you mean string?")]
    [InlineData("{% set d.a = 1 %}", 1, "cannot assign attribute on non-namespace object")]
    [InlineData("{% for a, c in l %}{% endfor %}", 1, "'int' object is not iterable")]
    [InlineData("{% macro f(a) %}{% endmacro %}\n\n{{ f(1, 2) }}", 3, "macro 'f' takes not more than 1 argument(s)")]
    [InlineData("{{ 'a' 1 }}", 1, "expected end of print statement, got '1'")]
    [InlineData("\n\n{% if b %}", 3, "unexpected end of template; expected elif or else or endif")]
    [InlineData("{% if b %}{% endfor %}", 1, "unknown tag 'endfor'; ")]
    [InlineData("{% fo x in l %}", 1, "unknown tag 'fo'; did you mean for?")]
    [InlineData("{{ (1 }}", 1, "unexpected '}', expected ')'")]
    [InlineData("{{ 'abc }}", 1, "unexpected char '''; a text in quotes needs its end")]
    [InlineData("{# abc", 1, "Missing end of comment tag")]
    public void A_fault_is_told_with_its_line(string template, int line, string message)
    {
        var failure = Rendered.Failure(template);

        Assert.Equal((line, false), (failure.Line, failure.IsRaised));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_template_raises_is_its_own_message()
    {
        var failure = Rendered.Failure("{% if i %}{{ raise_exception('no ' ~ i) }}{% endif %}");

        Assert.Equal((true, "no 7"), (failure.IsRaised, failure.Message));
    }

    [Theory]
    [InlineData("{% for x in range(100000) %}{% for y in range(100000) %}{% endfor %}{% endfor %}")]
    [InlineData("{% set x = namespace(t='a') %}{% for i in range(99) %}{% set x.t = x.t ~ x.t %}{% endfor %}")]
    [InlineData("{% set x = namespace(t=[1]) %}{% for i in range(99) %}{% set x.t = [x.t, x.t] %}{% endfor %}{{ x.t }}")]
    [InlineData("{% set x = namespace(t=[1], u=[1]) %}{% for i in range(99) %}{% set x.t = [x.t, x.t] %}{% set x.u = [x.u, x.u] %}{% endfor %}{{ x.t == x.u }}")]
    [InlineData("{{ 'a' * 10 ** 10 }}")]
    [InlineData("{{ ('a' * 6000)|replace('', 'b' * 60000) }}")]
    [InlineData("{% set x = 'a' * 1000000 %}{% for i in range(100000) %}{% set y = x.startswith(x) %}{% endfor %}")]
    public void A_template_without_an_end_is_stopped(string template) =>
        Assert.StartsWith("takes more than ", Rendered.Failure(template).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")]
    [InlineData("{% set x = namespace(t=[1]) %}{% for i in range(9999) %}{% set x.t = [x.t] %}{% endfor %}{{ x.t }}")]
    [InlineData("{% set x = namespace(t=[1], u=[1]) %}{% for i in range(9999) %}{% set x.t = [x.t] %}{% set x.u = [x.u] %}{% endfor %}{{ [x.t, x.u]|sort }}")]
    public void What_calls_or_holds_itself_too_often_is_refused(string template) => Assert.Contains("nested too deeply", Rendered.FailureOnSmallStack(template).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ ", "(", "1", ")", " }}")]
    [InlineData("{{ ", "[", "1", "]", " }}")]
    [InlineData("{{ ", "not ", "1", "", " }}")]
    [InlineData("{{ ", "- ", "1", "", " }}")]
    [InlineData("{{ 1", " + 1", "", "", " }}")]
    [InlineData("{{ x", "|d", "", "", " }}")]
    [InlineData("{{ d", ".get", "", "", " }}")]
    [InlineData("", "{% if b %}", "1", "{% endif %}", "")]
    public void A_template_too_deep_for_the_stack_is_refused(string begin, string open, string inside, string close, string end)
    {
        var template = string.Concat((string[])[begin, .. Enumerable.Repeat(open, 99999), inside, .. Enumerable.Repeat(close, 99999), end]);

        Assert.Contains("nested too deeply", Rendered.FailureOnSmallStack(template).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_cut_anywhere_is_rendered_or_refused()
    {
        const string Whole = "a\n  {%- for k, v in d|dictsort if v is not none -%} {{ loop.index ~ ': ' + k[0:1] }} {%+ endfor %}{# c #}{% raw %}{{{% endraw %}"
            + "{% macro f(x, y='\\u00e9') %}[{{ {'x': x}|tojson }}]{% endmacro %}{% set z %}{{ f(i, y=f) }}{% endset %}{{ z if b else (1.5e3, -i ** 2)[::-1] }}";
        for (var length = 0; length <= Whole.Length; length++)
        {
            var failure = Record.Exception(() => Rendered.Of(Whole[..length]));
            Assert.True(failure is null or TemplateException, $"{Whole[..length]}: {failure}");
        }
    }
}
