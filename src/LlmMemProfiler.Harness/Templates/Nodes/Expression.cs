using System.Runtime.CompilerServices;

namespace LlmMemProfiler.Harness.Templates.Nodes;

/// <summary>What has a value.</summary>
internal abstract class Expression
{
    /// <summary>Its value now; one step.</summary>
    public object? In(Scope scope)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        scope.Rendering.Steps(1);
        return Evaluate(scope);
    }

    protected abstract object? Evaluate(Scope scope);
}
