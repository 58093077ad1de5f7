namespace LlmMemProfiler.Architecture.Tests.Metadata;

/// <summary>That one place of the product names another.</summary>
/// <param name="From">Full name of the type that names.</param>
/// <param name="Member">The method of it, as <see cref="ProductAssembly"/> writes methods; empty where no method does.</param>
/// <param name="To">Full name of the type that is named.</param>
/// <param name="ToMember">The method or field of it; empty where only the type is named.</param>
internal readonly record struct Reference(string From, string Member, string To, string ToMember);
