using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests;

/// <summary>Which namespaces of an assembly name which others of it.</summary>
internal sealed class Namespaces
{
    private readonly Dictionary<(string From, string To), Reference> arrows = [];

    public Namespaces(ProductAssembly assembly)
    {
        var own = assembly.Types.Where(Product.IsOwn).ToHashSet();
        foreach (var reference in Product.References.Where(r => own.Contains(r.From) && own.Contains(r.To)))
        {
            var (from, to) = (TypeNames.Namespace(reference.From), TypeNames.Namespace(reference.To));
            if (from != to)
                arrows.TryAdd((from, to), reference);
        }
    }

    public IEnumerable<(string From, string To)> Arrows => arrows.Keys;

    /// <summary>An arrow, and two types that make it.</summary>
    public string Shown(string from, string to) =>
        $"{from} -> {to} ({TypeNames.Outermost(arrows[(from, to)].From)} names {TypeNames.Outermost(arrows[(from, to)].To)})";

    /// <summary>The shortest way that leads back to where it began; empty where none does.</summary>
    public IReadOnlyList<string> Circle() => arrows.Keys
        .Select(arrow => (IReadOnlyList<string>)[arrow.From, .. Way(arrow.To, arrow.From)])
        .Where(circle => circle.Count > 1)
        .MinBy(circle => circle.Count) ?? [];

    private List<string> Way(string from, string to)
    {
        var cameFrom = new Dictionary<string, string?> { [from] = null };
        for (var next = new Queue<string>([from]); next.TryDequeue(out var here);)
        {
            foreach (var (_, there) in arrows.Keys.Where(a => a.From == here && cameFrom.TryAdd(a.To, here)))
                next.Enqueue(there);
        }
        var way = new List<string>();
        for (var step = cameFrom.ContainsKey(to) ? to : null; step is not null; step = cameFrom[step])
            way.Insert(0, step);
        return way;
    }
}
