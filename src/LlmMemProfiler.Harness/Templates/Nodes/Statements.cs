using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Nodes;

/// <summary>Text as it stands, or <c>{{ value }}</c>.</summary>
internal sealed class Output(int line, Expression value) : Statement(line)
{
    protected override Flow Execute(Scope scope)
    {
        scope.Write(value.In(scope));
        return Flow.Next;
    }
}

internal sealed class Jump(int line, Flow flow) : Statement(line)
{
    protected override Flow Execute(Scope scope) => flow;
}

/// <summary><c>if</c> with each <c>elif</c>; <c>else</c> is one that holds.</summary>
internal sealed class Branches(int line, IReadOnlyList<(Expression Test, IReadOnlyList<Statement> Body)> branches) : Statement(line)
{
    protected override Flow Execute(Scope scope)
    {
        foreach (var (test, body) in branches)
        {
            if (Truth.Of(test.In(scope)))
                return RunAll(body, scope);
        }
        return Flow.Next;
    }
}

/// <summary><c>set</c>.</summary>
internal sealed class Assignment(int line, Assigned target, Expression value) : Statement(line)
{
    protected override Flow Execute(Scope scope)
    {
        target.Assign(scope, value.In(scope));
        return Flow.Next;
    }
}

/// <summary><c>with</c>: names for a body only; without any, just a body, as of <c>generation</c>.</summary>
internal sealed class Enclosed(int line, IReadOnlyList<(Assigned Target, Expression Value)> names, IReadOnlyList<Statement> body) : Statement(line)
{
    protected override Flow Execute(Scope scope)
    {
        var within = scope.Within();
        foreach (var (target, value) in names)
            target.Assign(within, value.In(scope));
        return RunAll(body, within);
    }
}

/// <summary>The text that a body makes.</summary>
internal sealed class TextOfBody(IReadOnlyList<Statement> body) : Expression
{
    protected override object? Evaluate(Scope scope)
    {
        var apart = scope.Apart();
        Statement.RunAll(body, apart);
        return apart.Text;
    }
}
