using System.Text;
using LlmMemProfiler.Harness.Templates.Functions;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Nodes;

/// <summary>Where a part of a template runs: names set there, those around it, and the text so far.</summary>
internal sealed class Scope
{
    private readonly Dictionary<string, object?> names;
    private readonly Scope? around;
    private readonly StringBuilder output;

    /// <param name="rendering">What counts its steps.</param>
    /// <param name="variables">What the template is given.</param>
    public Scope(Rendering rendering, IReadOnlyDictionary<string, object?> variables)
        : this(rendering, new(variables), null, new())
    {
    }

    private Scope(Rendering rendering, Dictionary<string, object?> names, Scope? around, StringBuilder output) =>
        (Rendering, this.names, this.around, this.output) = (rendering, names, around, output);

    public Rendering Rendering { get; }

    public string Text => output.ToString();

    /// <summary>A scope within it, such as one turn of a loop.</summary>
    public Scope Within() => new(Rendering, [], this, output);

    /// <summary>A scope within it whose text is apart, such as a macro's.</summary>
    public Scope Apart() => new(Rendering, [], this, new());

    public object? this[string name]
    {
        get
        {
            for (var scope = this; scope is not null; scope = scope.around)
            {
                if (scope.names.TryGetValue(name, out var value))
                    return value;
            }
            return Globals.All.TryGetValue(name, out var function) ? function : Undefined.Name(name);
        }
        set => names[name] = value;
    }

    public void Write(object? value) => output.Append(Rendering.Made(PythonText.Of(Rendering, value)));
}
