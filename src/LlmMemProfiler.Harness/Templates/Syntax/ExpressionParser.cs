using System.Runtime.CompilerServices;
using LlmMemProfiler.Harness.Templates.Nodes;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Syntax;

/// <summary>Reads expressions, by Jinja's order: if, or, and, not, comparisons, + -, ~, * / // %, **, signs, filters and tests.</summary>
internal sealed class ExpressionParser
{
    private readonly TokenReader reader;
    private readonly PrimaryParser primary;

    public ExpressionParser(TokenReader reader)
    {
        this.reader = reader;
        primary = new(reader, this);
    }

    /// <summary>Names that were read; what a macro uses of them it can be given.</summary>
    public IReadOnlyList<string> Names => primary.Names;

    /// <summary>An expression, or a tuple of several with commas.</summary>
    /// <param name="withChoice">Whether it may be an inline if.</param>
    /// <param name="mayBeEmpty">Whether it may be a tuple of none, in parentheses.</param>
    public Expression ReadTuple(bool withChoice = true, bool mayBeEmpty = false)
    {
        var items = new List<Expression>();
        var isTuple = false;
        while (!IsTupleEnd())
        {
            items.Add(withChoice ? Read() : ReadOr());
            if (!reader.TakeSign(","))
                break;
            isTuple = true;
        }
        return isTuple || (items.Count == 0 && mayBeEmpty) ? new SequenceLiteral(SequenceKind.Tuple, items)
            : items.Count > 0 ? items[0]
            : throw reader.Unexpected("an expression");
    }

    /// <summary>An expression.</summary>
    /// <exception cref="TemplateException">Here is none.</exception>
    public Expression Read()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = ReadOr();
        while (reader.TakeName("if"))
        {
            var test = ReadOr();
            value = new Choice(test, value, reader.TakeName("else") ? Read() : null);
        }
        return value;
    }

    /// <summary>A value with its members and calls.</summary>
    public Expression ReadPrimary() => primary.ReadPostfix(primary.Read());

    public (string Name, ArgumentNodes Arguments) ReadFilter() => (primary.ReadDottedName(), reader.IsSign("(") ? primary.ReadArguments() : ArgumentNodes.None);

    private bool IsTupleEnd() => reader.Now.Kind is TokenKind.ValueEnd or TokenKind.BlockEnd || reader.IsSign(")");

    private Expression ReadOr()
    {
        var value = ReadAnd();
        while (reader.TakeName("or"))
            value = new Either(true, value, ReadAnd());
        return value;
    }

    private Expression ReadAnd()
    {
        var value = ReadNot();
        while (reader.TakeName("and"))
            value = new Either(false, value, ReadNot());
        return value;
    }

    private Expression ReadNot()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return reader.TakeName("not") ? new Not(ReadNot()) : ReadComparisons();
    }

    private Expression ReadComparisons()
    {
        var first = ReadSum();
        var others = new List<(string Sign, Expression Other)>();
        while (true)
        {
            if (reader.IsSign("==", "!=", "<", "<=", ">", ">="))
                others.Add((reader.Take().Text, ReadSum()));
            else if (reader.TakeName("in"))
                others.Add(("in", ReadSum()));
            else if (reader.AreNames("not", "in"))
            {
                reader.Take();
                reader.Take();
                others.Add(("not in", ReadSum()));
            }
            else
                return others.Count == 0 ? first : new Comparisons(first, others);
        }
    }

    private Expression ReadSum()
    {
        var value = ReadConcatenation();
        while (reader.IsSign("+", "-"))
            value = new Arithmetic(reader.Take().Text, value, ReadConcatenation());
        return value;
    }

    private Expression ReadConcatenation()
    {
        var parts = new List<Expression> { ReadProduct() };
        while (reader.TakeSign("~"))
            parts.Add(ReadProduct());
        return parts.Count == 1 ? parts[0] : new Concatenation(parts);
    }

    private Expression ReadProduct()
    {
        var value = ReadPower();
        while (reader.IsSign("*", "/", "//", "%"))
            value = new Arithmetic(reader.Take().Text, value, ReadPower());
        return value;
    }

    private Expression ReadPower()
    {
        var value = ReadSigned(withFilters: true);
        while (reader.TakeSign("**"))
            value = new Arithmetic("**", value, ReadSigned(withFilters: true));
        return value;
    }

    private Expression ReadSigned(bool withFilters)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = reader.TakeSign("-") ? new Negative(ReadSigned(withFilters: false))
            : reader.TakeSign("+") ? ReadSigned(withFilters: false)
            : primary.Read();
        value = primary.ReadPostfix(value);
        return withFilters ? ReadFilters(value) : value;
    }

    private Expression ReadFilters(Expression value)
    {
        while (true)
        {
            if (reader.TakeSign("|"))
                value = ReadFilter() is var (name, arguments) ? new FilterCall(value, name, arguments) : value;
            else if (reader.TakeName("is"))
                value = ReadCheck(value);
            else if (reader.IsSign("("))
                value = new Call(value, primary.ReadArguments());
            else
                return value;
        }
    }

    private Expression ReadCheck(Expression value)
    {
        var isNegated = reader.TakeName("not");
        var name = primary.ReadDottedName();
        var arguments = reader.IsSign("(") ? primary.ReadArguments()
            : IsArgument() ? ArgumentNodes.None with { Positional = [ReadPrimary()] }
            : ArgumentNodes.None;
        var check = new CheckCall(value, name, arguments);
        return isNegated ? new Not(check) : check;
    }

    private bool IsArgument() => reader.IsName("is")
        ? throw new TemplateException("You cannot chain multiple tests with is", reader.Line)
        : (reader.Now.Kind is TokenKind.Name && !reader.IsName("else", "or", "and")) || reader.Now.Kind is TokenKind.Quoted or TokenKind.Number || reader.IsSign("[", "{");
}
