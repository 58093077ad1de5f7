namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>Jinja's <c>namespace</c>: the one value that a template can change, also from within a loop.</summary>
public sealed class ValueSpace(IEnumerable<KeyValuePair<string, object?>> entries) : IMembers
{
    private readonly Dictionary<string, object?> members = new(entries);

    public string TypeName => "Namespace";

    public bool TryGet(string name, out object? value) => members.TryGetValue(name, out value);

    public void Set(string name, object? value) => members[name] = value;
}
