using System.Runtime.CompilerServices;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Nodes;

/// <summary>How a statement ends.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>What a template does.</summary>
/// <param name="line">Where it begins.</param>
internal abstract class Statement(int line)
{
    /// <summary>Does it; one step.</summary>
    /// <exception cref="TemplateException">It fails; with its line.</exception>
    public Flow Run(Scope scope)
    {
        try
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            scope.Rendering.Steps(1);
            return Execute(scope);
        }
        catch (TemplateException e) when (e.Line is null)
        {
            throw new TemplateException(e.Message, line, e.IsRaised);
        }
        catch (OverflowException)
        {
            throw new TemplateException("a whole number has more than 64 bits", line);
        }
    }

    protected abstract Flow Execute(Scope scope);

    /// <summary>Does several, up to one that ends a turn of a loop.</summary>
    public static Flow RunAll(IReadOnlyList<Statement> body, Scope scope)
    {
        foreach (var statement in body)
        {
            if (statement.Run(scope) is var flow and not Flow.Next)
                return flow;
        }
        return Flow.Next;
    }
}
