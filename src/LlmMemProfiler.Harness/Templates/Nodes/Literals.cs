using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Nodes;

internal sealed class Literal(object? value) : Expression
{
    protected override object? Evaluate(Scope scope) => value;
}

internal sealed class NameOfValue(string name) : Expression
{
    protected override object? Evaluate(Scope scope) => scope[name];
}

/// <summary><c>[a, b]</c> or <c>(a, b)</c>.</summary>
internal sealed class SequenceLiteral(SequenceKind kind, IReadOnlyList<Expression> items) : Expression
{
    protected override object? Evaluate(Scope scope) => new ValueSequence(kind, [.. items.Select(item => item.In(scope))]);
}

/// <summary><c>{a: b}</c>.</summary>
internal sealed class MapLiteral(IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression
{
    protected override object? Evaluate(Scope scope)
    {
        var map = new ValueMap();
        foreach (var (key, value) in entries)
        {
            var at = key.In(scope);
            scope.Rendering.Look(at);
            map[at] = value.In(scope);
        }
        return map;
    }
}
