namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>One rendering of a template, which is a program from outside: what it may do is counted, and bounded.</summary>
/// <param name="now">What it takes for the date.</param>
public sealed class Rendering(DateTime now)
{
    /// <summary>Characters made or looked at: a second or two. A published template takes some ten thousand for a short text.</summary>
    private const int Most = 1 << 25;

    /// <summary>What a step, or an element, counts as.</summary>
    private const int Step = 16;

    private int spent;

    public DateTime Now { get; } = now;

    /// <summary>Counts characters, before they are made.</summary>
    /// <exception cref="TemplateException">They are too many.</exception>
    public void Characters(long count)
    {
        if (count > Most - spent)
            throw new TemplateException($"takes more than {Most / Step} steps or {Most} characters, perhaps without an end");
        spent += (int)count;
    }

    /// <summary>Counts steps or elements, before they are made.</summary>
    /// <exception cref="TemplateException">They are too many.</exception>
    public void Steps(long count) => Characters(count > Most ? count : count * Step);

    /// <summary>Counts a look at a value: as long as it is, if it is text.</summary>
    /// <exception cref="TemplateException">It is too long.</exception>
    public void Look(object? value) => Characters(Step + ((value as string)?.Length ?? 0));

    /// <summary>The text, counted.</summary>
    /// <exception cref="TemplateException">It is too long.</exception>
    public string Made(string text)
    {
        Characters(text.Length);
        return text;
    }
}
