using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Nodes;

/// <summary>What is assigned to: a name, a member of a namespace, or several of both.</summary>
internal abstract record Assigned
{
    public abstract void Assign(Scope scope, object? value);
}

internal sealed record NameTarget(string Name) : Assigned
{
    public override void Assign(Scope scope, object? value) => scope[Name] = value;
}

internal sealed record MemberTarget(string Of, string Name) : Assigned
{
    public override void Assign(Scope scope, object? value)
    {
        if (scope[Of] is not ValueSpace space)
            throw new TemplateException("cannot assign attribute on non-namespace object");
        space.Set(Name, value);
    }
}

internal sealed record TupleTarget(IReadOnlyList<Assigned> Parts) : Assigned
{
    public override void Assign(Scope scope, object? value)
    {
        var items = Iteration.Of(scope.Rendering, value);
        if (items.Count != Parts.Count)
            throw new TemplateException($"cannot unpack {items.Count} values into {Parts.Count}");
        foreach (var (part, item) in Parts.Zip(items))
            part.Assign(scope, item);
    }
}
