using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

/// <summary>A worker measures the model that it was asked for.</summary>
public class WorkerModelTests
{
    public static TheoryData<string> Names => [.. TinyModels.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_request_brings_the_model_of_each_family(string name) => Assert.Equal(TinyModels.Find(name), Asked(TinyModels.Find(name)));

    [Fact]
    public void A_request_brings_a_GPT_2() => Assert.Equal(ModelPresets.Find("gpt2-medium"), Asked(ModelPresets.Find("gpt2-medium")));

    [Fact]
    public void A_request_for_nothing_is_refused() => Assert.ThrowsAny<InputException>(() => new WorkerModel("none", null, null).ToSpec());

    private static ModelSpec Asked(ModelSpec model)
    {
        var line = JsonSerializer.Serialize(new WorkerRequest("cpu", null, WorkerModel.Of(model), new(), 1), WorkerJson.Default.WorkerRequest);
        return JsonSerializer.Deserialize(line, WorkerJson.Default.WorkerRequest)!.Model!.ToSpec();
    }
}
