namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>Python's names of types. A value is null for None, bool, long, double, string, or one of this folder's.</summary>
public static class Types
{
    public static string NameOf(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        long => "int",
        double => "float",
        string => "str",
        ValueMap => "dict",
        Undefined => "Undefined",
        IMembers members => members.TypeName,
        ValueSequence sequence => sequence.Kind switch
        {
            SequenceKind.List => "list",
            SequenceKind.Tuple => "tuple",
            SequenceKind.Range => "range",
            SequenceKind.View => "dict_items",
            _ => "generator",
        },
        _ => "function",
    };
}
