namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>A value whose members have names of their own.</summary>
public interface IMembers
{
    /// <summary>Its type's name, as Jinja writes it.</summary>
    string TypeName { get; }

    bool TryGet(string name, out object? value);
}
