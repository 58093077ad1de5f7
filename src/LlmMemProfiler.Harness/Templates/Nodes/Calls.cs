using LlmMemProfiler.Harness.Templates.Functions;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Nodes;

/// <summary>What stands in the parentheses of a call: values, then named ones, then <c>*several</c> and <c>**named</c>.</summary>
internal sealed record ArgumentNodes(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? More, Expression? MoreNamed)
{
    public static ArgumentNodes None { get; } = new([], [], null, null);

    public Arguments In(Scope scope)
    {
        List<object?> positional = [.. Positional.Select(value => value.In(scope))];
        if (More is not null)
            positional.AddRange(Iteration.Of(scope.Rendering, More.In(scope)));
        var named = Named.ToDictionary(argument => argument.Name, argument => argument.Value.In(scope));
        if (MoreNamed?.In(scope) is ValueMap map)
        {
            scope.Rendering.Steps(map.Count);
            foreach (var (name, value) in map.Keys.Zip(map.Values))
                named[PythonText.Of(scope.Rendering, name)] = value;
        }
        return new(positional, named);
    }
}

internal sealed class Call(Expression function, ArgumentNodes arguments) : Expression
{
    protected override object? Evaluate(Scope scope) => With(scope, arguments.In(scope));

    /// <summary>The call with one more argument by name.</summary>
    public object? With(Scope scope, string name, object? value)
    {
        var given = arguments.In(scope);
        return With(scope, given with { Named = new Dictionary<string, object?>(given.Named) { [name] = value } });
    }

    private object? With(Scope scope, Arguments given) => function.In(scope) switch
    {
        Callable callable => callable.Call(scope.Rendering, given),
        Undefined nothing => throw new TemplateException(nothing.Message),
        var other => throw new TemplateException($"'{Types.NameOf(other)}' object is not callable"),
    };
}

internal sealed class FilterCall(Expression of, string name, ArgumentNodes arguments) : Expression
{
    protected override object? Evaluate(Scope scope) => Filters.Apply(scope.Rendering, name, of.In(scope), arguments.In(scope));
}

internal sealed class CheckCall(Expression of, string name, ArgumentNodes arguments) : Expression
{
    protected override object? Evaluate(Scope scope) => ValueTests.Is(scope.Rendering, name, of.In(scope), arguments.In(scope));
}
