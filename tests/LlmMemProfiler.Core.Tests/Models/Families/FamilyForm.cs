using System.Text;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Reads configs that tests write by hand.</summary>
internal static class FamilyForm
{
    public static ModelSpec Read(string config) => ModelFile.Read(Encoding.UTF8.GetBytes(config), "m.json", "m");

    /// <summary>The sublayer at a place of a layer: 0 for what stands first.</summary>
    public static T At<T>(this ModelSpec model, int layer, int place = 0)
        where T : Sublayer => Assert.IsType<T>(model.Blocks[layer].Branches[place].Sublayer);

    public static string[] StoredNames(this ModelSpec model) => [.. model.StoredWeights.Select(weight => weight.Name)];

    public static string Refusal(string config) => Assert.ThrowsAny<InputException>(() => Read(config)).Message;
}
