using System.Runtime.CompilerServices;
using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Templates.Nodes;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Syntax;

/// <summary>Reads a template's statements: Jinja's but those that name other templates, and transformers' <c>generation</c>.</summary>
internal sealed class StatementParser
{
    private readonly TokenReader reader;
    private readonly ExpressionParser expressions;
    private readonly Dictionary<string, Func<int, Statement>> tags;

    private StatementParser(TokenReader reader)
    {
        (this.reader, expressions) = (reader, new(reader));
        tags = new()
        {
            ["if"] = ReadIf,
            ["for"] = ReadFor,
            ["set"] = ReadSet,
            ["macro"] = ReadMacro,
            ["call"] = ReadCall,
            ["filter"] = ReadFilterBlock,
            ["with"] = ReadWith,
            ["generation"] = line => new Enclosed(line, [], ReadEnclosed("endgeneration")),
            ["break"] = line => new Jump(line, Flow.Break),
            ["continue"] = line => new Jump(line, Flow.Continue),
        };
    }

    /// <exception cref="TemplateException">They are none.</exception>
    public static IReadOnlyList<Statement> Parse(IReadOnlyList<TemplateToken> tokens) => new StatementParser(new(tokens)).ReadStatements([]);

    private List<Statement> ReadStatements(IReadOnlyList<string> ends)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var body = new List<Statement>();
        while (true)
        {
            var token = reader.Take();
            switch (token.Kind)
            {
                case TokenKind.End when ends.Count == 0:
                    return body;
                case TokenKind.End:
                    throw new TemplateException($"unexpected end of template; expected {string.Join(" or ", ends)}", token.Line);
                case TokenKind.Text:
                    body.Add(new Output(token.Line, new Literal(token.Text)));
                    break;
                case TokenKind.ValueBegin:
                    body.Add(new Output(token.Line, expressions.ReadTuple()));
                    reader.Expect(TokenKind.ValueEnd);
                    break;
                default:
                    if (reader.Now.Kind == TokenKind.Name && ends.Contains(reader.Now.Text))
                        return body;
                    body.Add(ReadTag());
                    reader.Expect(TokenKind.BlockEnd);
                    break;
            }
        }
    }

    private Statement ReadTag()
    {
        var line = reader.Line;
        var name = reader.ExpectName();
        return tags.TryGetValue(name, out var read) ? read(line)
            : throw new TemplateException($"unknown tag '{name}'; {NearNames.Hint(name, "tags", tags.Keys)}", line);
    }

    /// <summary>A body up to a tag, which is gone past but for its end.</summary>
    private List<Statement> ReadBody(params IReadOnlyList<string> ends)
    {
        reader.TakeSign(":");
        reader.Expect(TokenKind.BlockEnd);
        return ReadStatements(ends);
    }

    private Branches ReadIf(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        while (true)
        {
            var test = expressions.ReadTuple(withChoice: false);
            branches.Add((test, ReadBody("elif", "else", "endif")));
            if (reader.TakeName("elif"))
                continue;
            if (reader.TakeName("else"))
                branches.Add((new Literal(true), ReadBody("endif")));
            reader.Take();
            return new(line, branches);
        }
    }

    private Loop ReadFor(int line)
    {
        var target = ReadTarget();
        if (!reader.TakeName("in"))
            throw reader.Unexpected("'in'");
        var over = expressions.ReadTuple(withChoice: false);
        var test = reader.TakeName("if") ? expressions.Read() : null;
        if (reader.IsName("recursive"))
            throw new TemplateException("recursive loops are not known", line);
        var body = ReadBody("else", "endfor");
        var otherwise = reader.TakeName("else") ? ReadBody("endfor") : [];
        reader.Take();
        return new(line, target, over, test, body, otherwise);
    }

    private Assignment ReadSet(int line)
    {
        var target = ReadTarget();
        return new(line, target, reader.TakeSign("=") ? expressions.ReadTuple() : ReadText("endset"));
    }

    private MacroDefinition ReadMacro(int line)
    {
        var name = reader.ExpectName();
        return new(line, name, ReadMacro(name, ReadParameters, "endmacro"));
    }

    private CallWithBody ReadCall(int line)
    {
        var parameters = reader.IsSign("(") ? ReadParameters() : [];
        return expressions.Read() is Call call ? new(line, call, ReadMacro("caller", () => parameters, "endcall"))
            : throw new TemplateException("expected call", line);
    }

    private Macro ReadMacro(string name, Func<IReadOnlyList<(string, Expression?)>> readParameters, string end)
    {
        var before = expressions.Names.Count;
        var parameters = readParameters();
        var body = ReadBody(end);
        reader.Take();
        return new(name, parameters, body, expressions.Names.Skip(before).ToHashSet());
    }

    private List<(string, Expression?)> ReadParameters()
    {
        var parameters = new List<(string, Expression?)>();
        reader.ExpectSign("(");
        while (!reader.TakeSign(")"))
        {
            if (parameters.Count > 0)
                reader.ExpectSign(",");
            parameters.Add((reader.ExpectName(), reader.TakeSign("=") ? expressions.Read() : null));
        }
        return parameters;
    }

    private Enclosed ReadWith(int line)
    {
        var names = new List<(Assigned, Expression)>();
        while (reader.Now.Kind != TokenKind.BlockEnd)
        {
            if (names.Count > 0)
                reader.ExpectSign(",");
            var target = ReadTarget(isOne: true);
            reader.ExpectSign("=");
            names.Add((target, expressions.Read()));
        }
        return new(line, names, ReadEnclosed("endwith"));
    }

    private Output ReadFilterBlock(int line)
    {
        var first = expressions.ReadFilter();
        var more = ReadFilters();
        return new(line, Filtered(new TextOfBody(ReadEnclosed("endfilter")), [first, .. more]));
    }

    /// <summary>The text of a body, through filters.</summary>
    private Expression ReadText(string end)
    {
        var filters = ReadFilters();
        return Filtered(new TextOfBody(ReadEnclosed(end)), filters);
    }

    private List<(string Name, ArgumentNodes Arguments)> ReadFilters()
    {
        var filters = new List<(string Name, ArgumentNodes Arguments)>();
        while (reader.TakeSign("|"))
            filters.Add(expressions.ReadFilter());
        return filters;
    }

    private static Expression Filtered(Expression text, IEnumerable<(string Name, ArgumentNodes Arguments)> filters) =>
        filters.Aggregate(text, (value, filter) => new FilterCall(value, filter.Name, filter.Arguments));

    private List<Statement> ReadEnclosed(string end)
    {
        var body = ReadBody(end);
        reader.Take();
        return body;
    }

    private Assigned ReadTarget(bool isOne = false)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var parts = new List<Assigned>();
        var isTuple = false;
        while (true)
        {
            if (reader.TakeSign("("))
            {
                parts.Add(ReadTarget());
                reader.ExpectSign(")");
            }
            else
            {
                var name = reader.ExpectName();
                parts.Add(reader.TakeSign(".") ? new MemberTarget(name, reader.ExpectName()) : new NameTarget(name));
            }
            if (isOne || !reader.TakeSign(","))
                return isTuple ? new TupleTarget(parts) : parts[0];
            isTuple = true;
        }
    }
}
