namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>What a function, filter or test is called with.</summary>
/// <param name="Positional">Those without a name.</param>
/// <param name="Named">Those with one.</param>
public sealed record Arguments(IReadOnlyList<object?> Positional, IReadOnlyDictionary<string, object?> Named)
{
    /// <summary>The same without the first ones.</summary>
    public Arguments Without(int first) => this with { Positional = [.. Positional.Skip(first)] };

    /// <summary>The arguments of a function with these parameters, by place or by name.</summary>
    /// <param name="function">Its name, for messages.</param>
    /// <param name="parameters">The parameters' names; each ends with ? unless it must be given.</param>
    /// <exception cref="TemplateException">There are more or others, or one is missing.</exception>
    public Given For(string function, params IReadOnlyList<string> parameters)
    {
        if (Positional.Count > parameters.Count)
            throw new TemplateException($"{function} takes {parameters.Count} arguments at most, and not {Positional.Count}");
        var values = new Dictionary<string, object?>();
        for (var i = 0; i < parameters.Count; i++)
        {
            var name = parameters[i].TrimEnd('?');
            if (i < Positional.Count)
                values[name] = Positional[i];
            else if (Named.TryGetValue(name, out var value))
                values[name] = value;
            else if (name == parameters[i])
                throw new TemplateException($"{function} needs its argument '{name}'");
        }
        return Named.Keys.FirstOrDefault(name => !values.ContainsKey(name)) is { } unknown
            ? throw new TemplateException($"{function} takes no argument '{unknown}'")
            : new(function, values);
    }

    /// <summary>Arguments by their parameters' names.</summary>
    public sealed class Given(string function, Dictionary<string, object?> values)
    {
        /// <summary>The argument, or another value where it was not given.</summary>
        public object? this[string name, object? otherwise = null] => values.GetValueOrDefault(name, otherwise);

        public string Text(string name, string otherwise = "") => this[name, otherwise] switch
        {
            string text => text,
            var other => throw Wrong(name, "text", other),
        };

        /// <summary>A whole number; Python counts True as 1.</summary>
        public int Number(string name, int otherwise) => this[name, (long)otherwise] switch
        {
            long number => (int)Math.Clamp(number, int.MinValue, int.MaxValue),
            bool truth => truth ? 1 : 0,
            var other => throw Wrong(name, "a whole number", other),
        };

        public bool IsTrue(string name) => Truth.Of(this[name, otherwise: false]);

        private TemplateException Wrong(string name, string expected, object? found) =>
            found is Undefined nothing ? new(nothing.Message) : new($"{function} needs {expected} for '{name}', and not a {Types.NameOf(found)}");
    }
}
