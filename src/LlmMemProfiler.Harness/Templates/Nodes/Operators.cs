using LlmMemProfiler.Harness.Templates.Functions;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Nodes;

internal sealed class Arithmetic(string sign, Expression a, Expression b) : Expression
{
    protected override object? Evaluate(Scope scope) => Operations.Of(scope.Rendering, sign, a.In(scope), b.In(scope));
}

internal sealed class Negative(Expression of) : Expression
{
    protected override object? Evaluate(Scope scope) => Operations.Negated(of.In(scope));
}

/// <summary><c>a ~ b</c>: both as text.</summary>
internal sealed class Concatenation(IReadOnlyList<Expression> parts) : Expression
{
    protected override object? Evaluate(Scope scope) =>
        TextFunctions.Join(scope.Rendering, "", parts.Select(part => PythonText.Of(scope.Rendering, part.In(scope))));
}

internal sealed class Not(Expression of) : Expression
{
    protected override object? Evaluate(Scope scope) => !Truth.Of(of.In(scope));
}

/// <summary><c>and</c>, <c>or</c>: the operand that decides it.</summary>
internal sealed class Either(bool isOr, Expression a, Expression b) : Expression
{
    protected override object? Evaluate(Scope scope) => a.In(scope) is var first && Truth.Of(first) == isOr ? first : b.In(scope);
}

/// <summary><c>a if test else b</c>.</summary>
internal sealed class Choice(Expression test, Expression a, Expression? b) : Expression
{
    protected override object? Evaluate(Scope scope) => Truth.Of(test.In(scope)) ? a.In(scope)
        : b is null ? new Undefined("the inline if-expression evaluated to false and no else section was defined.")
        : b.In(scope);
}

/// <summary><c>a &lt; b &lt;= c</c>: each with its neighbor.</summary>
internal sealed class Comparisons(Expression first, IReadOnlyList<(string Sign, Expression Other)> others) : Expression
{
    protected override object? Evaluate(Scope scope)
    {
        var left = first.In(scope);
        foreach (var (sign, other) in others)
        {
            var right = other.In(scope);
            if (!Holds(scope.Rendering, sign, left, right))
                return false;
            left = right;
        }
        return true;
    }

    private static bool Holds(Rendering rendering, string sign, object? a, object? b) => sign switch
    {
        "==" => Comparison.AreEqual(rendering, a, b),
        "!=" => !Comparison.AreEqual(rendering, a, b),
        "<" => Comparison.Order(rendering, a, b) < 0,
        "<=" => Comparison.Order(rendering, a, b) <= 0,
        ">" => Comparison.Order(rendering, a, b) > 0,
        ">=" => Comparison.Order(rendering, a, b) >= 0,
        "in" => Comparison.IsIn(rendering, a, b),
        _ => !Comparison.IsIn(rendering, a, b),
    };
}
