using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests.Use;

/// <summary>What the product's own code names.</summary>
internal static class Uses
{
    /// <summary>The definitions that nothing in the product names; a name in itself does not count.</summary>
    public static IEnumerable<Definition> Missing()
    {
        var ofRecords = Product.Assemblies.Values.SelectMany(OfRecords).ToHashSet();
        // A record that someone takes apart has its properties used.
        ofRecords.ExceptWith([.. Product.References.Where(r => IsDeconstruct(r.ToMember)).Select(r => new Definition(r.To, r.ToMember))]);
        var uses = Product.References.Where(r => !ofRecords.Contains(new(r.From, r.Member))).ToList();
        var types = uses.Where(r => r.From != r.To && !r.From.StartsWith(r.To + "+", StringComparison.Ordinal)).Select(r => new Definition(r.To, ""));
        var members = uses.Where(r => (r.From, r.Member) != (r.To, r.ToMember)).Select(r => new Definition(r.To, r.ToMember));
        var used = types.Concat(members.Where(m => m.Member.Length > 0)).ToHashSet();
        return Product.Assemblies.Values.SelectMany(a => new Definitions(a).All()).Where(d => !used.Contains(d));
    }

    private static bool IsDeconstruct(string member) => Members.Simple(member) == "Deconstruct";

    private static IEnumerable<Definition> OfRecords(ProductAssembly assembly) => assembly.Reader.MethodDefinitions
        .Select(assembly.Reader.GetMethodDefinition)
        .Where(assembly.Reader.IsOfRecord)
        .Select(m => new Definition(TypeNames.Of(assembly.Reader, m.GetDeclaringType()), Members.Of(assembly.Reader, m)));
}
