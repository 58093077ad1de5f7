using LlmMemProfiler.Harness.Templates.Functions;

namespace LlmMemProfiler.Harness.Templates.Nodes;

internal sealed class AttributeOf(Expression of, string name) : Expression
{
    protected override object? Evaluate(Scope scope) => Members.Attribute(scope.Rendering, of.In(scope), name);
}

internal sealed class ElementOf(Expression of, Expression key) : Expression
{
    protected override object? Evaluate(Scope scope) => Members.Element(scope.Rendering, of.In(scope), key.In(scope));
}

internal sealed class SliceOf(Expression of, Expression? begin, Expression? end, Expression? step) : Expression
{
    protected override object? Evaluate(Scope scope) =>
        Members.Slice(scope.Rendering, of.In(scope), begin?.In(scope), end?.In(scope), step?.In(scope));
}
