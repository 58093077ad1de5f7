using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Nodes;

/// <summary>A body with parameters, run where it was written: a macro, or what a <c>call</c> hands to one.</summary>
/// <param name="name">Its name, for messages.</param>
/// <param name="parameters">Its parameters, each with its value where it is not given; null for undefined.</param>
/// <param name="body">What it does.</param>
/// <param name="used">The names in its body; only those of <c>varargs</c>, <c>kwargs</c> and <c>caller</c> that are among them can be given.</param>
internal sealed class Macro(string name, IReadOnlyList<(string Name, Expression? Otherwise)> parameters, IReadOnlyList<Statement> body, IReadOnlySet<string> used)
{
    private const string More = "varargs", MoreNamed = "kwargs", Caller = "caller";

    public Callable In(Scope scope) => new((_, arguments) =>
    {
        var within = scope.Apart();
        Bind(within, arguments);
        Statement.RunAll(body, within);
        return within.Text;
    });

    private void Bind(Scope scope, Arguments arguments)
    {
        var named = new Dictionary<string, object?>(arguments.Named);
        for (var i = 0; i < parameters.Count; i++)
        {
            var (parameter, otherwise) = parameters[i];
            scope[parameter] = i < arguments.Positional.Count ? arguments.Positional[i]
                : named.Remove(parameter, out var value) ? value
                : otherwise is null ? new Undefined($"parameter '{parameter}' was not provided")
                : otherwise.In(scope);
        }
        if (used.Contains(Caller))
            scope[Caller] = named.Remove(Caller, out var caller) ? caller : new Undefined("No caller defined");
        if (used.Contains(MoreNamed))
            scope[MoreNamed] = ValueMap.Of(named);
        else if (named.Count > 0)
            throw new TemplateException($"macro '{name}' takes no keyword argument '{named.Keys.First()}'");
        if (used.Contains(More))
            scope[More] = ValueSequence.Tuple([.. arguments.Positional.Skip(parameters.Count)]);
        else if (arguments.Positional.Count > parameters.Count)
            throw new TemplateException($"macro '{name}' takes not more than {parameters.Count} argument(s)");
    }
}

internal sealed class MacroDefinition(int line, string name, Macro macro) : Statement(line)
{
    protected override Flow Execute(Scope scope)
    {
        scope[name] = macro.In(scope);
        return Flow.Next;
    }
}

/// <summary><c>call</c>: a macro's call whose <c>caller</c> is the body.</summary>
internal sealed class CallWithBody(int line, Call call, Macro body) : Statement(line)
{
    protected override Flow Execute(Scope scope)
    {
        scope.Write(call.With(scope, "caller", body.In(scope)));
        return Flow.Next;
    }
}
