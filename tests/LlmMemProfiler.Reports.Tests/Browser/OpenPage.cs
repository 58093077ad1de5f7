using Microsoft.Playwright;

namespace LlmMemProfiler.Reports.Tests.Browser;

/// <summary>A page, what it wrote to the console, and what it asked for.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => Complaints.Add(error);
        page.Dialog += async (_, dialog) =>
        {
            Complaints.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) => Requests.Add(request.Url);
    }

    public IPage Page { get; }

    public List<string> Complaints { get; } = [];

    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync() => await Page.CloseAsync();

    /// <summary>The texts of one column of the table, by its heading.</summary>
    public async Task<IReadOnlyList<string>> Column(string heading) =>
        await Page.EvaluateAsync<string[]>(
            """
            heading => {
              const table = document.getElementById("table");
              const i = [...table.tHead.rows[0].cells].findIndex(th => th.textContent === heading);
              return [...table.tBodies[0].rows].map(row => row.cells[i].textContent);
            }
            """, heading);

    /// <summary>The exact numbers behind one column of the table.</summary>
    public async Task<IReadOnlyList<string>> Data(string heading) =>
        await Page.EvaluateAsync<string[]>(
            """
            heading => {
              const table = document.getElementById("table");
              const i = [...table.tHead.rows[0].cells].findIndex(th => th.textContent === heading);
              return [...table.tBodies[0].rows].map(row => row.cells[i].querySelector("data").value);
            }
            """, heading);

    public Task Sort(string heading) => Page.Locator("#table th button").GetByText(heading, new() { Exact = true }).ClickAsync();

    public Task Choose(string filter, string option) =>
        Page.Locator("#filters").GetByLabel(filter).SelectOptionAsync(new SelectOptionValue { Label = option });

    public Task<string?> Sorted(string heading) =>
        Page.Locator("#table th").Filter(new() { HasText = heading }).First.GetAttributeAsync("aria-sort");
}
