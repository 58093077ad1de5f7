using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Tests;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;
using static LlmMemProfiler.Harness.Tests.Sweeps.Plans.PlanText;

namespace LlmMemProfiler.Harness.Tests.Sweeps.Plans;

public class SweepPlanTests
{
    [Fact]
    public void A_grid_is_the_product_of_its_axes_whose_last_changes_fastest() => Assert.Equal(
        ["tiny fp16 b1 p8 n4", "tiny fp16 b1 p9 n4", "tiny fp16 b2 p8 n4", "tiny fp16 b2 p9 n4",
         "gpt2 fp16 b1 p8 n4", "gpt2 fp16 b1 p9 n4", "gpt2 fp16 b2 p8 n4", "gpt2 fp16 b2 p9 n4"],
        PlanText.Points("""{"grids":[{"new_tokens":4,"prompt":[8,9],"batch":[1,2],"model":["tiny","gpt2"]}]}"""));

    [Fact]
    public void Grids_come_before_points_and_what_comes_again_is_left_out() => Assert.Equal(
        ["tiny fp16 b1 p8 n4", "tiny fp16 b2 p8 n4", "tiny fp32 b1 p8 n4"],
        PlanText.Points("""
            {"points":[{"model":"tiny","prompt":8,"new_tokens":4,"batch":2},{"model":"tiny","prompt":8,"new_tokens":4,"dtype":"fp32"}],
             "grids":[{"model":"tiny","prompt":8,"new_tokens":4,"batch":[1,2,1]},{"model":["tiny"],"prompt":8,"new_tokens":4}]}
            """));

    [Fact]
    public void What_is_not_named_is_as_on_the_command_line()
    {
        var point = Assert.Single(Read("""{"points":[{"model":"gpt2"}]}""").Points);
        Assert.Equal(new Workload(), point.Workload);
        Assert.Equal(ModelPresets.Find("gpt2"), point.Model);
    }

    [Fact]
    public void Each_axis_reaches_its_field()
    {
        var point = Assert.Single(Read("""
            {"points":[{"model":"tiny","batch":2,"prompt":20,"new_tokens":3,"dtype":"bf16","kv_dtype":"fp32","cache":"paged","cache_block":4,
             "attention":"math","prefill_chunk":5,"logits":"all"}]}
            """).Points);
        Assert.Equal(
            new()
            {
                Batch = 2,
                Prompt = 20,
                NewTokens = 3,
                Type = DataType.BFloat16,
                KvType = DataType.Float32,
                Cache = CachePolicy.Paged,
                CacheBlock = 4,
                Attention = AttentionKernel.Math,
                PrefillChunk = 5,
                Logits = LogitsFor.All,
            },
            point.Workload);
    }

    /// <summary>Only layers with windows can be bounded, and only grouped heads folded: of gpt2 it would be the same point twice.</summary>
    [Fact]
    public void A_choice_that_does_not_matter_to_a_model_makes_no_point_of_its_own()
    {
        using var folder = new TemporaryFolder();
        folder.With("mistral.json", """{"model_type":"mistral","sliding_window":60,"num_key_value_heads":8}""");
        var points = Read(
            """{"grids":[{"model":["gpt2","mistral.json"],"prompt":[32,64],"new_tokens":8,"window_cache":["full","bounded"],"grouped_heads":["repeat","fold"]}]}""",
            folder.Path).Points;
        Assert.Equal(
            ["gpt2 32 Full Repeat", "gpt2 64 Full Repeat", "mistral 32 Full Repeat", "mistral 64 Full Repeat", "mistral 32 Full Fold", "mistral 64 Full Fold",
             "mistral 64 Bounded Repeat", "mistral 64 Bounded Fold"],
            points.Select(p => $"{p.Model.Name} {p.Workload.Prompt} {p.Workload.WindowCache} {p.Workload.GroupedHeads}"));
        Assert.Equal(
            ["mistral"],
            Read("""{"points":[{"model":"gpt2"},{"model":"mistral.json","window_cache":"bounded","grouped_heads":"fold"}],"only":[{"window_cache":"bounded","grouped_heads":"fold"}]}""", folder.Path)
                .Points.Select(p => p.Model.Name));
    }

    [Fact]
    public void Words_count_in_any_case_and_lengths_take_k()
    {
        var model = """{"layers":1,"d_model":8,"heads":1,"d_ff":8,"vocabulary":10,"positions":9999,"tied_output":true,"linear_bias":true,"final_norm":true}""";
        using var folder = new TemporaryFolder();
        folder.With("long.json", model);
        var points = Read(
            """
            {"points":[{"model":"long.json","prompt":"2k","new_tokens":"1K","prefill_chunk":"1k","cache":"Paged","cache_block":"1k","dtype":"FP32"},
                       {"model":"GPT2"}],
             "only":[{"dtype":["Fp32"],"prompt":"2k","length":{"at_least":"3k"}}, {"model":"gpt2"}], "exclude":[{"prefill_chunk":"2k"}]}
            """,
            folder.Path).Points;
        Assert.Equal(
            new() { Prompt = 2048, NewTokens = 1024, PrefillChunk = 1024, Cache = CachePolicy.Paged, CacheBlock = 1024, Type = DataType.Float32 },
            points[0].Workload);
        Assert.Equal("gpt2", points[1].Model.Name);
    }

    [Fact]
    public void A_chunk_as_long_as_the_prompt_is_no_chunk() => Assert.Equal(
        [null, 4],
        Read("""{"grids":[{"model":"tiny","prompt":8,"prefill_chunk":[null,4,8,100]}]}""").Points.Select(p => p.Workload.PrefillChunk));

    /// <summary>The same work under two names is one point: a cache of the arithmetic's own type, blocks of a cache that has none.</summary>
    [Fact]
    public void Points_that_ask_for_the_same_work_are_one() => Assert.Single(
        Read("""{"grids":[{"model":"tiny","dtype":"fp16","kv_dtype":["same","fp16"],"cache_block":[8,16]}]}""").Points);

    [Fact]
    public void Keys_and_values_are_chosen_together_or_apart()
    {
        var points = Read("""
            {"grids":[{"model":"tiny","dtype":"fp16","kv_dtype":["same","int8"],"v_dtype":["fp8","int8"]},{"model":"tiny","dtype":"fp16","k_dtype":"fp8"}],
             "exclude":[{"k_dtype":"int8","v_dtype":"fp8"}]}
            """).Points;
        Assert.Equal(["fp16/fp8", "fp16/int8", "int8", "fp8/fp16"], points.Select(p => p.WorkloadFacts.CacheWords));
    }

    [Theory]
    [InlineData("""{"dtype":"int8"}""", "fp16 64, fp16 4096, fp32 64, fp32 4096")]
    [InlineData("""{"dtype":["int8","fp16"]}""", "fp32 64, fp32 4096")]
    [InlineData("""{"dtype":"int8"},{"prompt":64}""", "fp16 4096, fp32 4096")]
    [InlineData("""{"dtype":"int8","prompt":64}""", "fp16 64, fp16 4096, fp32 64, fp32 4096, int8 4096")]
    [InlineData("""{"length":{"more_than":128}}""", "fp16 64, fp32 64, int8 64")]
    [InlineData("""{"length":{"at_least":128}}""", "")]
    [InlineData("""{"length":{"at_most":128}}""", "fp16 4096, fp32 4096, int8 4096")]
    [InlineData("""{"length":{"less_than":128}}""", "fp16 64, fp16 4096, fp32 64, fp32 4096, int8 64, int8 4096")]
    [InlineData("""{"length":{"more_than":128,"less_than":4160}}""", "fp16 64, fp16 4096, fp32 64, fp32 4096, int8 64, int8 4096")]
    [InlineData("""{"prefill_chunk":null}""", "")]
    [InlineData("""{"prefill_chunk":{"at_least":1}}""", "fp16 64, fp16 4096, fp32 64, fp32 4096, int8 64, int8 4096")]
    [InlineData("""{"parameters":{"more_than":1000000000}}""", "fp16 64, fp16 4096, fp32 64, fp32 4096, int8 64, int8 4096")]
    public void Points_that_a_filter_names_are_excluded(string filters, string left)
    {
        using var folder = new TemporaryFolder();
        folder.With("long.json", """
            {"name":"long","layers":1,"d_model":8,"heads":1,"d_ff":8,"vocabulary":10,"positions":5000,"tied_output":true,"linear_bias":true,"final_norm":true}
            """);
        string[] expected = left.Length == 0 ? [] : left.Split(", ");
        var plan = $$"""{"grids":[{"model":"long.json","dtype":["fp16","fp32","int8"],"prompt":[64,4096]}],"exclude":[{{filters}}]}""";
        if (expected.Length == 0)
            Assert.Contains("no points left", Assert.ThrowsAny<InputException>(() => Read(plan, folder.Path)).Message, StringComparison.Ordinal);
        else
            Assert.Equal(expected, Read(plan, folder.Path).Points.Select(p => $"{p.WorkloadFacts.Dtype.Name()} {p.Workload.Prompt}"));
        // 'only' keeps exactly what 'exclude' drops.
        var dropped = 6 - expected.Length;
        if (dropped > 0)
            Assert.Equal(dropped, Read(plan.Replace("exclude", "only", StringComparison.Ordinal), folder.Path).Points.Count);
    }

    [Fact]
    public void What_a_filter_drops_need_not_fit_the_model() => Assert.Equal(
        ["tiny fp16 b1 p100 n8", "gpt2 fp16 b1 p100 n8", "gpt2 fp16 b1 p1000 n8"],
        PlanText.Points("""
            {"grids":[{"model":["tiny","gpt2"],"prompt":[100,1000],"new_tokens":8}],"exclude":[{"model":"tiny","length":{"more_than":128}}]}
            """));

    [Fact]
    public void Shares_are_disjoint_equal_and_together_the_plan()
    {
        var plan = SweepPlans.Find("standard");
        var shares = Enumerable.Range(1, 7).Select(i => plan.Share(new(i, 7)).Points).ToList();
        Assert.Equal(plan.Points.Count, shares.Sum(s => s.Count));
        Assert.Equal(plan.Points.ToHashSet(), shares.SelectMany(s => s).ToHashSet());
        Assert.InRange(shares.Max(s => s.Count) - shares.Min(s => s.Count), 0, 1);
    }

    [Theory]
    [InlineData("results-3-of-16.jsonl", 3, 16)]
    [InlineData("results.jsonl", null, null)]
    [InlineData("results-1-of-2.jsonl.lock", null, null)]
    [InlineData("results-one-of-2.jsonl", null, null)]
    public void The_name_of_a_results_file_says_whose_share_it_is(string name, int? number, int? count)
    {
        var share = Shard.OfFile(name);
        Assert.Equal((number, count), (share?.Number, share?.Count));
        if (share is not null)
            Assert.Equal(name, share.FileName);
    }

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("1/0")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("-1/4")]
    [InlineData("a/b")]
    [InlineData("1/99999999999")]
    public void A_share_that_is_none(string text) =>
        Assert.Contains("I/N with I from 1 to N", Assert.ThrowsAny<InputException>(() => Shard.Parse(text)).Message, StringComparison.Ordinal);
}
