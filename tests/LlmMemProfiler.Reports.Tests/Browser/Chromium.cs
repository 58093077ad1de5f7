using Microsoft.Playwright;

namespace LlmMemProfiler.Reports.Tests.Browser;

/// <summary>One headless browser for all tests of a class; where there is none, they are skipped, and say so.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Milliseconds; a busy machine takes some seconds for what should be there at once.</summary>
    private const float Timeout = 120_000;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (Executable() is not { } executable)
            return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = ["--no-sandbox"], Timeout = Timeout });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>Opens a file as a reader does, with its complaints and requests noted.</summary>
    public async Task<OpenPage> Open(string file, int width = 1600, ColorScheme scheme = ColorScheme.Light)
    {
        if (browser is null)
            Assert.Skip($"no browser on the path: none of {string.Join(", ", Names)}");
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        page.SetDefaultTimeout(Timeout);
        var open = new OpenPage(page);
        await page.GotoAsync(new Uri(file).AbsoluteUri);
        await page.Locator("#count").Filter(new() { HasText = "records" }).WaitForAsync();
        return open;
    }

    private static string? Executable() =>
        (from name in Names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}
