using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace LlmMemProfiler.Architecture.Tests.Metadata;

/// <summary>Reads the instructions of a method as far as it takes to find what they name.</summary>
internal static class Code
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF, code => code.OperandType);

    /// <summary>The types, methods and fields that the instructions name.</summary>
    public static IEnumerable<EntityHandle> Names(ImmutableArray<byte> il)
    {
        for (var at = 0; at < il.Length;)
        {
            int code = il[at++];
            if (code == 0xFE)
                code = (code << 8) | il[at++];
            var operand = Operands[code];
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
                yield return MetadataTokens.EntityHandle(Number(il, at));
            at += operand == OperandType.InlineSwitch ? 4 + (4 * Number(il, at)) : Size(operand);
        }
    }

    private static int Number(ImmutableArray<byte> il, int at) => BitConverter.ToInt32(il.AsSpan(at, 4));

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };
}
