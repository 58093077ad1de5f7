using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Nodes;

/// <summary><c>for</c>: each turn has a scope of its own, so that only a namespace keeps what one sets.</summary>
internal sealed class Loop(int line, Assigned target, Expression over, Expression? test, IReadOnlyList<Statement> body, IReadOnlyList<Statement> otherwise) : Statement(line)
{
    protected override Flow Execute(Scope scope)
    {
        var items = Iteration.Of(scope.Rendering, over.In(scope));
        if (test is not null)
            items = [.. items.Where(item => Truth.Of(test.In(Turn(scope, item))))];
        if (items.Count == 0)
            return RunAll(otherwise, scope.Within());
        var state = new LoopState(items);
        for (; state.At < items.Count; state.At++)
        {
            var turn = Turn(scope, items[state.At]);
            turn["loop"] = state;
            if (RunAll(body, turn) == Flow.Break)
                break;
        }
        return Flow.Next;
    }

    private Scope Turn(Scope scope, object? item)
    {
        var turn = scope.Within();
        target.Assign(turn, item);
        return turn;
    }
}

/// <summary>What <c>loop</c> stands for.</summary>
internal sealed class LoopState(IReadOnlyList<object?> items) : IMembers
{
    private object? before;

    /// <summary>The turn, from 0.</summary>
    public int At { get; set; }

    public string TypeName => "LoopContext";

    public bool TryGet(string name, out object? value)
    {
        value = name switch
        {
            "index" => At + 1L,
            "index0" => (long)At,
            "revindex" => (long)items.Count - At,
            "revindex0" => items.Count - At - 1L,
            "first" => At == 0,
            "last" => At == items.Count - 1,
            "length" => (long)items.Count,
            "depth" => 1L,
            "depth0" => 0L,
            "previtem" => At > 0 ? items[At - 1] : new Undefined("there is no previous item"),
            "nextitem" => At < items.Count - 1 ? items[At + 1] : new Undefined("there is no next item"),
            "cycle" => new Callable((_, arguments) => arguments.Positional is { Count: > 0 and var count } values ? values[At % count] : throw new TemplateException("no items for cycling given")),
            "changed" => new Callable(HasChanged),
            _ => this,
        };
        return !ReferenceEquals(value, this);
    }

    private object? HasChanged(Rendering rendering, Arguments arguments)
    {
        var now = ValueSequence.Tuple([.. arguments.Positional]);
        var isSame = before is not null && Comparison.AreEqual(rendering, before, now);
        before = now;
        return !isSame;
    }
}
