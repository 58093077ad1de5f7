using LlmMemProfiler.Harness.Templates.Nodes;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Syntax;

/// <summary>Reads names, literals and what stands directly behind them.</summary>
internal sealed class PrimaryParser(TokenReader reader, ExpressionParser expressions)
{
    private readonly List<string> names = [];

    /// <summary>The names read so far.</summary>
    public IReadOnlyList<string> Names => names;

    /// <exception cref="TemplateException">Here is no value.</exception>
    public Expression Read()
    {
        var token = reader.Take();
        return token.Kind switch
        {
            TokenKind.Name => ReadName(token.Text),
            TokenKind.Number => new Literal(token.Value),
            TokenKind.Quoted => new Literal(ReadQuoted(token.Text)),
            TokenKind.Sign when token.Text == "(" => ReadParentheses(),
            TokenKind.Sign when token.Text == "[" => new SequenceLiteral(SequenceKind.List, ReadUpTo("]", expressions.Read)),
            TokenKind.Sign when token.Text == "{" => new MapLiteral(ReadUpTo("}", ReadEntry)),
            _ => throw new TemplateException($"unexpected {token.Shown}", token.Line),
        };
    }

    /// <summary>The value with its members, elements and calls.</summary>
    public Expression ReadPostfix(Expression value)
    {
        while (true)
        {
            if (reader.TakeSign("."))
                value = reader.Now.Kind == TokenKind.Number ? new ElementOf(value, new Literal(reader.Take().Value)) : new AttributeOf(value, reader.ExpectName());
            else if (reader.TakeSign("["))
                value = ReadSubscript(value);
            else if (reader.IsSign("("))
                value = new Call(value, ReadArguments());
            else
                return value;
        }
    }

    public string ReadDottedName()
    {
        var name = reader.ExpectName();
        while (reader.TakeSign("."))
            name += $".{reader.ExpectName()}";
        return name;
    }

    public ArgumentNodes ReadArguments()
    {
        reader.ExpectSign("(");
        var (positional, named, more, moreNamed) = (new List<Expression>(), new List<(string Name, Expression Value)>(), (Expression?)null, (Expression?)null);
        while (!reader.TakeSign(")"))
        {
            if (reader.TakeSign("**"))
                moreNamed = expressions.Read();
            else if (reader.TakeSign("*"))
                more = expressions.Read();
            else if (reader.IsNameBefore("="))
                named.Add((reader.Take().Text, reader.TakeSign("=") ? expressions.Read() : new Literal(null)));
            else if (named.Count == 0 && more is null && moreNamed is null)
                positional.Add(expressions.Read());
            else
                throw new TemplateException("invalid syntax for function call expression", reader.Line);
            if (!reader.IsSign(")"))
                reader.ExpectSign(",");
        }
        return named.DistinctBy(argument => argument.Name).Count() == named.Count ? new(positional, named, more, moreNamed)
            : throw new TemplateException("keyword argument repeated", reader.Line);
    }

    private Expression ReadName(string name)
    {
        switch (name)
        {
            case "true" or "True":
                return new Literal(true);
            case "false" or "False":
                return new Literal(false);
            case "none" or "None":
                return new Literal(null);
            default:
                names.Add(name);
                return new NameOfValue(name);
        }
    }

    /// <summary>Texts in quotes beside each other are one.</summary>
    private string ReadQuoted(string text)
    {
        while (reader.Now.Kind == TokenKind.Quoted)
            text += reader.Take().Text;
        return text;
    }

    private Expression ReadParentheses()
    {
        var value = expressions.ReadTuple(mayBeEmpty: true);
        reader.ExpectSign(")");
        return value;
    }

    private (Expression Key, Expression Value) ReadEntry()
    {
        var key = expressions.Read();
        reader.ExpectSign(":");
        return (key, expressions.Read());
    }

    private List<T> ReadUpTo<T>(string end, Func<T> read)
    {
        var items = new List<T>();
        while (!reader.TakeSign(end))
        {
            if (items.Count > 0)
                reader.ExpectSign(",");
            if (!reader.IsSign(end))
                items.Add(read());
        }
        return items;
    }

    private Expression ReadSubscript(Expression of)
    {
        var begin = reader.IsSign(":") ? null : expressions.Read();
        if (reader.TakeSign("]"))
            return new ElementOf(of, begin ?? throw reader.Unexpected("an expression"));
        reader.ExpectSign(":");
        var end = reader.IsSign(":", "]") ? null : expressions.Read();
        var step = reader.TakeSign(":") && !reader.IsSign("]") ? expressions.Read() : null;
        reader.ExpectSign("]");
        return new SliceOf(of, begin, end, step);
    }
}
