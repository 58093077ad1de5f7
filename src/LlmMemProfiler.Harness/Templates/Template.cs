using LlmMemProfiler.Harness.Templates.Nodes;
using LlmMemProfiler.Harness.Templates.Syntax;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates;

/// <summary>
/// A Jinja template, as transformers renders those of chats: in Jinja's immutable sandbox, with <c>trim_blocks</c>, <c>lstrip_blocks</c>,
/// <c>break</c> and <c>continue</c>, <c>generation</c>, <c>raise_exception</c>, <c>strftime_now</c> and JSON that is not escaped for HTML
/// (transformers/utils/chat_template_utils.py, remembered; compared over published templates with Jinja2 3.1.6 so set up). Recursive loops and other templates (<c>include</c>, <c>extends</c>) are not known.
/// </summary>
public sealed class Template
{
    private readonly IReadOnlyList<Statement> body;

    private Template(IReadOnlyList<Statement> body) => this.body = body;

    /// <exception cref="TemplateException">It is none.</exception>
    public static Template Parse(string source) => Bounded(() => new Template(StatementParser.Parse(TemplateScanner.Scan(source))));

    /// <summary>Its text.</summary>
    /// <param name="variables">What it is given: values as <see cref="Types"/> has them.</param>
    /// <param name="now">What it takes for the date.</param>
    /// <exception cref="TemplateException">It refuses them, fails, or does not come to an end.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables, DateTime now) => Bounded(() =>
    {
        var scope = new Scope(new(now), variables);
        Statement.RunAll(body, scope);
        return scope.Text;
    });

    private static T Bounded<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (InsufficientExecutionStackException)
        {
            throw new TemplateException("is nested too deeply, or calls itself without an end");
        }
    }
}
