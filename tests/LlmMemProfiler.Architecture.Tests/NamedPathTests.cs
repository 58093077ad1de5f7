using System.Text.RegularExpressions;

namespace LlmMemProfiler.Architecture.Tests;

/// <summary>Scripts and pages name files, folders and test classes of the repository; what moves takes its names along.</summary>
public partial class NamedPathTests
{
    private static readonly string Root = Path.GetDirectoryName(Repository.Sources)!;

    private static readonly string[] Pages =
    [
        .. Directory.GetFiles(Root, "*.md"), Path.Combine(Root, ".ci", "run"), .. Directory.GetFiles(Path.Combine(Root, "scripts")),
        .. Directory.GetFiles(Path.Combine(Root, "src"), "README.md", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }),
    ];

    [Fact]
    public void What_scripts_and_pages_name_is_there()
    {
        var named = Pages.SelectMany(page => Named().Matches(File.ReadAllText(page)).Select(match => (page, path: match.Value.TrimEnd('.', '/')))).ToList();
        Assert.InRange(named.Count, 30, int.MaxValue);
        Findings.None(named.Where(n => !IsBuilt(n.path) && !Path.Exists(Path.Combine(Root, n.path))).Select(n => $"{Path.GetRelativePath(Root, n.page)}: {n.path}"));
    }

    [Fact]
    public void The_test_classes_that_scripts_run_are_there()
    {
        var classes = Pages.SelectMany(page => Class().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value.Split('.'))).ToList();
        Assert.NotEmpty(classes);
        Findings.None(classes.Select(name => Path.Combine("tests", string.Join('.', name[..3]), name[^1] + ".cs")).Where(path => !File.Exists(Path.Combine(Root, path))));
    }

    /// <summary>What a build or a command makes, and what stands for many.</summary>
    private static bool IsBuilt(string path) => path.Contains("/bin/", StringComparison.Ordinal) || path.Contains("/hardware/NAME", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<![\w/.$-])(?>(src|tests|scripts|profiles)/[\w.-]+(/[\w.-]+)*)(?!\$)")]
    private static partial Regex Named();

    [GeneratedRegex(@"-class (LlmMemProfiler\.[\w.]+)")]
    private static partial Regex Class();
}
