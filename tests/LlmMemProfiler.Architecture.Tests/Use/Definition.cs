using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests.Use;

/// <summary>A type, method, accessor or field that someone wrote.</summary>
/// <param name="Type">Full name of the type.</param>
/// <param name="Member">The member; empty for the type itself.</param>
internal readonly record struct Definition(string Type, string Member)
{
    public override string ToString() => Member.Length == 0 ? Type : $"{Type}.{Members.Simple(Member)}";
}
