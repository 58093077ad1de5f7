using System.Globalization;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;
using Microsoft.Playwright;

namespace LlmMemProfiler.Reports.Tests.Browser;

/// <summary>The page in a real browser, from disk.</summary>
public sealed partial class ReportPageTests(Chromium chromium, ReportPageTests.Written written) : IClassFixture<Chromium>, IClassFixture<ReportPageTests.Written>
{
    private const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>";

    /// <summary>A report over a few records and one over many, written once.</summary>
    public sealed class Written : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Written()
        {
            Report.Write(ReportFolder.Open(folder["few"]), ReportData.Of(Records), new());
            Report.Write(ReportFolder.Open(folder["many"]), ReportData.Of(SyntheticSweep.Many(10_000)), new());
        }

        public IReadOnlyList<RunRecord> Records { get; } =
        [
            .. SyntheticSweep.Axes(),
            SyntheticSweep.Axes()[0] with { Model = SyntheticSweep.Axes()[0].Model with { Name = Hostile } },
        ];

        public string Few => Path.Combine(folder["few"], Report.PageFile);

        public string Many => Path.Combine(folder["many"], Report.PageFile);

        public void Dispose() => folder.Dispose();
    }

    [Fact]
    public async Task The_page_asks_for_nothing_complains_of_nothing_and_runs_no_text()
    {
        await using var open = await chromium.Open(written.Few);
        await open.Page.EvaluateAsync("for (const img of document.images) img.loading = 'eager'");
        await open.Page.WaitForFunctionAsync("[...document.images].every(img => img.complete)");
        Assert.Empty(open.Complaints);
        Assert.All(open.Requests.Skip(1), url => Assert.StartsWith("data:", url, StringComparison.Ordinal));
        var pictures = await open.Page.EvaluateAsync<int[]>("[...document.images].map(img => img.naturalWidth)");
        Assert.Equal(11, pictures.Length);
        Assert.All(pictures, width => Assert.True(width > 0));
        // The page's own rules let its own style pass.
        Assert.Equal("1600px", await open.Page.EvaluateAsync<string>("getComputedStyle(document.body).maxWidth"));
        Assert.Contains(Hostile, await open.Column("model"));
    }

    [Fact]
    public async Task Numbers_in_the_table_are_the_records()
    {
        await using var open = await chromium.Open(written.Few);
        Assert.Equal(written.Records.Select(r => Exact(r.Measured.TensorPeak)), await open.Data("tensor peak"));
        Assert.Equal(written.Records.Select(r => Exact(r.Measured.DevicePeak)), await open.Data("device total"));
        Assert.Equal(written.Records.Select(r => r.Measured.DevicePeak.ToString()!), await open.Column("device total"));
        var titles = await open.Page.Locator("#table tbody tr:first-child data").EvaluateAllAsync<string[]>("all => all.map(d => d.title)");
        Assert.Contains(written.Records[0].Measured.DevicePeak!.Value.ToExactString(), titles);
        foreach (var (estimator, i) in written.Records[0].Estimates.Select((e, i) => (e.Estimator, i)))
        {
            Assert.Equal(
                written.Records.Select(r => Exact(r.Estimates[i].TensorPeak - r.Measured.TensorPeak)), await open.Data($"{estimator}: tensor error"));
            Assert.Equal(written.Records.Select(r => Exact(r.Estimates[i].Total - r.Measured.DevicePeak)), await open.Data($"{estimator}: total error"));
        }
        Assert.Equal(
            written.Records.Select(r => Percent(r.Estimates[0].Total.Bytes - r.Measured.DevicePeak!.Value.Bytes, r.Measured.DevicePeak!.Value.Bytes)),
            await open.Column("guide: total error"));
    }

    [Fact]
    public async Task A_column_is_sorted_by_its_button_and_by_keyboard()
    {
        await using var open = await chromium.Open(written.Few);
        Assert.Equal("none", await open.Sorted("device total"));
        await open.Sort("device total");
        Assert.Equal("ascending", await open.Sorted("device total"));
        var sorted = written.Records.Select(r => r.Measured.DevicePeak!.Value.Bytes).Order().Select(Text).ToArray();
        Assert.Equal(sorted, await open.Data("device total"));
        await open.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("descending", await open.Sorted("device total"));
        Assert.Equal(sorted.Reverse(), await open.Data("device total"));
        await open.Sort("model");
        Assert.Equal("none", await open.Sorted("device total"));
        Assert.Equal(written.Records.Select(r => r.Model.Name).Order(StringComparer.Ordinal), await open.Column("model"));
    }

    [Fact]
    public async Task Rows_are_filtered_by_model_and_type()
    {
        await using var open = await chromium.Open(written.Few);
        await open.Choose("Model", "tiny");
        Assert.Equal(Enumerable.Repeat("tiny", 12), await open.Column("model"));
        await open.Choose("Type", "int8");
        Assert.Equal(["int8"], await open.Column("type"));
        Assert.Equal("1 of 17 records", await open.Page.Locator("#count").TextContentAsync());
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        Assert.Equal(17, (await open.Column("type")).Count);
        await open.Choose("Model", Hostile);
        Assert.Equal([Hostile], await open.Column("model"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(900)]
    [InlineData(1600)]
    public async Task Nothing_is_wider_than_the_window(int width)
    {
        await using var open = await chromium.Open(written.Few, width);
        Assert.True(await open.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
        var beyond = await open.Page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll("h1, h2, h3, p, li, figure, img, figcaption, form, select, .scroll, nav")]
              .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5).map(e => e.outerHTML.slice(0, 80))
            """);
        Assert.Empty(beyond);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_stands_out_from_its_ground_in_light_and_dark(ColorScheme scheme)
    {
        await using var open = await chromium.Open(written.Few, scheme: scheme);
        foreach (var selector in (string[])["body", "caption", ".remarks li", "figcaption", "header nav a", "#table th button", "#table td", ".filters label", "select"])
        {
            var colors = await open.Page.EvaluateAsync<string[]>(
                """
                selector => {
                  let e = document.querySelector(selector);
                  const text = getComputedStyle(e).color;
                  while (e && getComputedStyle(e).backgroundColor === "rgba(0, 0, 0, 0)") e = e.parentElement;
                  return [text, getComputedStyle(e).backgroundColor];
                }
                """, selector);
            double text = Luminance(colors[0]), ground = Luminance(colors[1]);
            Assert.Equal(scheme == ColorScheme.Dark, ground < 0.2);
            var contrast = (Math.Max(text, ground) + 0.05) / (Math.Min(text, ground) + 0.05);
            Assert.True(contrast >= 4.5, $"{selector}: {colors[0]} on {colors[1]} is {contrast:F2}");
        }
    }

    [Fact]
    public async Task What_is_seen_is_also_told()
    {
        await using var open = await chromium.Open(written.Few);
        var alts = await open.Page.EvaluateAsync<string[]>("[...document.images].map(img => img.alt)");
        Assert.All(alts, alt => Assert.True(alt.Length > 40, alt));
        Assert.Equal(0, await open.Page.Locator("th:not([scope])").CountAsync());
        Assert.Equal(0, await open.Page.Locator("table:not(:has(caption))").CountAsync());
        Assert.Equal("en", await open.Page.Locator("html").GetAttributeAsync("lang"));
        // Each link of the contents leads somewhere.
        Assert.Empty(await open.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('nav a')].map(a => a.hash).filter(h => !document.querySelector(h))"));
    }

    [Fact]
    public async Task Ten_thousand_records_are_sorted_filtered_and_paged_without_a_wait()
    {
        await using var open = await chromium.Open(written.Many);
        Assert.Equal(50, (await open.Column("model")).Count);
        Assert.Equal("Page 1 of 200", await open.Page.Locator("#page").TextContentAsync());
        // In the page itself: what a reader waits for after a click.
        var longest = await open.Page.EvaluateAsync<double>(
            """
            Math.max(...[...document.querySelectorAll("#table th button")].map(button => {
              const start = performance.now();
              button.click();
              document.body.getBoundingClientRect();
              return performance.now() - start;
            }))
            """);
        Assert.InRange(longest, 0, 1000);
        await open.Sort("device total");
        await open.Sort("device total");
        var first = Assert.Single((await open.Data("device total")).Take(1));
        Assert.Equal(SyntheticSweep.Many(10_000).Max(r => r.Measured.DevicePeak!.Value.Bytes), long.Parse(first, CultureInfo.InvariantCulture));
        await open.Choose("Model", "tiny-gqa");
        await open.Choose("Type", "bf16");
        Assert.Equal("833 of 10,000 records", await open.Page.Locator("#count").TextContentAsync());
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Last" }).ClickAsync();
        Assert.Equal("Page 17 of 17", await open.Page.Locator("#page").TextContentAsync());
        Assert.Equal(33, (await open.Column("model")).Count);
        Assert.Empty(open.Complaints);
    }

    private static string Exact(ByteSize? size) => Text(size!.Value.Bytes);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Percent(long difference, long measured)
    {
        var error = Math.Abs(100.0 * difference / measured).ToString("F3", CultureInfo.InvariantCulture);
        return $"{(difference < 0 ? "−" : difference > 0 ? "+" : "")}{error} %";
    }

    /// <summary>Relative luminance as WCAG 2 defines it.</summary>
    private static double Luminance(string color)
    {
        var linear = Numbers().Matches(color).Take(3).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture) / 255.0)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4)).ToArray();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();
}
