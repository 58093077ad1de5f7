namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Reads the text of one variable, and refuses what libtorch refuses.</summary>
/// <remarks>
/// c10, <c>core/AllocatorConfig.h</c>, <c>ConfigTokenizer</c>: from 2.10 on what separates names and values is counted, not looked at.
/// </remarks>
/// <param name="variable">Its name, for errors.</param>
/// <param name="release">libtorch's major and minor version.</param>
internal sealed class OptionText(string variable, Version release)
{
    private static readonly Version Counting = new(2, 10);

    private readonly List<string> tokens = [];
    private readonly bool isStrict = release < Counting;
    private readonly OptionNumbers numbers = new(release);
    private bool isOdd;
    private int at;

    /// <param name="text">The variable's text.</param>
    /// <param name="owner">Whose options are wanted; those of others are only known by name. Null for all.</param>
    public IReadOnlyList<(string Key, string Value)> Read(string text, OptionOwner? owner)
    {
        Split(text);
        var options = new List<(string Key, string Value)>();
        var segment = LargeSegment();
        for (at = 0; at < tokens.Count; at++)
        {
            var key = tokens[at];
            if (!OptionForm.Known.TryGetValue(key, out var form) || form.Since > release)
                throw Unknown(key, form);
            Separator(":");
            var value = Next() == "[" && key == DivisionList.Option ? List() : tokens[at];
            if (owner is null || form.Owner == owner)
            {
                if (!form.IsRight(value, numbers, segment))
                    throw new InputException($"{variable} contains '{key}:{value}', which PyTorch refuses; {key} must be {form.Wanted(segment)}");
                options.Add((key, value));
            }
            if (at + 1 < tokens.Count)
                Separator(",");
        }
        return options;
    }

    /// <summary>MiB of a large segment, read before all else; the least that some other options may be.</summary>
    private ulong LargeSegment()
    {
        var place = tokens.LastIndexOf(OptionForm.LargeSegment);
        return place >= 0 && place + 2 < tokens.Count ? numbers.Size(tokens[place + 2]) ?? 0 : OptionForm.LargeSegmentMiB;
    }

    /// <summary>Names, values and single separators, without blanks.</summary>
    private void Split(string text)
    {
        tokens.Clear();
        var word = "";
        foreach (var c in text)
        {
            if (c is ',' or ':' or '[' or ']')
            {
                if (word.Length > 0)
                    tokens.Add(word);
                tokens.Add(c.ToString());
                word = "";
            }
            else if (c != ' ' && (isStrict || c is < '\t' or > '\r'))
            {
                word += c;
            }
        }
        if (word.Length > 0)
            tokens.Add(word);
    }

    private string Next() => ++at < tokens.Count ? tokens[at] : throw Malformed();

    private void Separator(string wanted)
    {
        var found = Next();
        isOdd |= found != wanted;
        if (isStrict && found != wanted)
            throw Malformed();
    }

    /// <summary>Pairs up to the closing bracket, as '[256:1,>:8]'.</summary>
    private string List()
    {
        var pairs = new List<string>();
        while (Next() != "]")
        {
            var from = tokens[at];
            Separator(":");
            pairs.Add($"{from}:{Next()}");
            if (at + 1 >= tokens.Count)
                throw Malformed();
            if (tokens[at + 1] != "]")
                Separator(",");
        }
        return $"[{string.Join(',', pairs)}]";
    }

    private InputException Malformed() => new(
        $"{variable} contains '{string.Concat(tokens)}', which PyTorch refuses; expected options 'name:value', separated by commas");

    private InputException Unknown(string key, OptionForm? later)
    {
        if (isOdd || key is "," or ":" or "[" or "]" || at + 1 == tokens.Count)
            return Malformed();
        return later is not null
            ? new($"{variable} contains '{key}', which PyTorch {release} refuses; must be an option that it knows: this one came with {later.Since}")
            : new($"{variable} contains '{key}', which PyTorch refuses; {NearNames.Hint(key, "options", [.. OptionForm.Known.Where(o => o.Value.Since <= release).Select(o => o.Key)])}");
    }
}
