namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>Python's arithmetic, on text and sequences too.</summary>
public static class Operations
{
    /// <summary>The value of an operation of two operands.</summary>
    /// <param name="rendering">Counts what is made.</param>
    /// <param name="sign">Its sign, one of <c>+ - * / // % **</c>.</param>
    /// <param name="a">The left operand.</param>
    /// <param name="b">The right one.</param>
    /// <exception cref="TemplateException">There is no such operation on them, or what it makes is too long.</exception>
    /// <exception cref="OverflowException">A whole number has more than 64 bits.</exception>
    public static object? Of(Rendering rendering, string sign, object? a, object? b)
    {
        if ((a as Undefined ?? b as Undefined) is { } nothing)
            throw new TemplateException(nothing.Message);
        return (sign, a, b) switch
        {
            ("+", string x, string y) => Joined(rendering, x, y),
            ("+", ValueSequence x, ValueSequence y) when IsPlain(x) && x.Kind == y.Kind => Joined(rendering, x, y),
            ("*", string x, _) when Number.Of(b) is { Whole: { } times } => Repeated(rendering, x, times),
            ("*", _, string x) when Number.Of(a) is { Whole: { } times } => Repeated(rendering, x, times),
            ("*", ValueSequence x, _) when IsPlain(x) && Number.Of(b) is { Whole: { } times } => Repeated(rendering, x, times),
            ("%", string format, _) => PrintFormat.Of(rendering, format, b),
            _ when Number.Of(a) is { } x && Number.Of(b) is { } y => x.Whole is { } i && y.Whole is { } j ? OfWhole(sign, i, j) : OfReal(sign, x.Real, y.Real),
            _ => throw new TemplateException($"unsupported operand types for {sign}: '{Types.NameOf(a)}' and '{Types.NameOf(b)}'"),
        };
    }

    /// <exception cref="TemplateException">It is no number.</exception>
    public static object Negated(object? value) =>
        value is Undefined nothing ? throw new TemplateException(nothing.Message)
        : Number.Of(value) is not { } number ? throw new TemplateException($"bad operand type for unary -: '{Types.NameOf(value)}'")
        : number.Whole is { } whole ? (object)checked(-whole) : -number.Real;

    /// <exception cref="TemplateException">It divides by zero.</exception>
    public static object OfWhole(string sign, long a, long b) => sign switch
    {
        "+" => (object)checked(a + b),
        "-" => checked(a - b),
        "*" => checked(a * b),
        "**" when b >= 0 => Power(a, b),
        "//" or "%" when b == 0 => throw new TemplateException("integer division or modulo by zero"),
        "//" => checked(a / b) - (a % b != 0 && a < 0 != b < 0 ? 1 : 0),
        "%" => b == -1 ? 0 : a % b is var rest && rest != 0 && rest < 0 != b < 0 ? rest + b : rest,
        _ => OfReal(sign, a, b),
    };

    private static double OfReal(string sign, double a, double b) => sign switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "**" => Math.Pow(a, b),
        _ when b == 0 => throw new TemplateException("division by zero"),
        "/" => a / b,
        "//" => Math.Floor(a / b),
        _ => a - b * Math.Floor(a / b),
    };

    private static long Power(long a, long b)
    {
        var result = 1L;
        // At most 63 steps, since all other powers grow.
        for (var i = 0L; i < (Math.Abs(a) > 1 ? b : Math.Min(b, 2 - b % 2)); i++)
            result = checked(result * a);
        return result;
    }

    private static string Joined(Rendering rendering, string a, string b)
    {
        rendering.Characters((long)a.Length + b.Length);
        return a + b;
    }

    private static ValueSequence Joined(Rendering rendering, ValueSequence a, ValueSequence b)
    {
        rendering.Steps((long)a.Items.Count + b.Items.Count);
        return new(a.Kind, [.. a.Items, .. b.Items]);
    }

    private static string Repeated(Rendering rendering, string text, long times)
    {
        rendering.Characters(checked(text.Length * Math.Max(0, times)));
        return text.Length == 0 ? "" : string.Concat(Enumerable.Repeat(text, (int)Math.Max(0, times)));
    }

    private static ValueSequence Repeated(Rendering rendering, ValueSequence sequence, long times)
    {
        rendering.Steps(checked(sequence.Items.Count * Math.Max(0, times)));
        return new(sequence.Kind, [.. Enumerable.Repeat(sequence.Items, sequence.Items.Count == 0 ? 0 : (int)Math.Max(0, times)).SelectMany(items => items)]);
    }

    private static bool IsPlain(ValueSequence sequence) => sequence.Kind is SequenceKind.List or SequenceKind.Tuple;
}
