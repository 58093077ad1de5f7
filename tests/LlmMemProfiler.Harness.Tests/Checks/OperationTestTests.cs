using System.Reflection;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Checks;
using LlmMemProfiler.Harness.Torch;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Tests.Checks;

public class OperationTestTests
{
    /// <summary>None is no operation, and a workspace is kept by a library, not asked for by the model.</summary>
    [Fact]
    public void Every_operation_of_the_model_is_tried() =>
        Assert.Equal(
            Enum.GetValues<Operation>().Where(o => o is not (Operation.None or Operation.KeepWorkspace)),
            OperationCase.All.Select(c => c.Operation).Distinct().Order());

    [Fact]
    public void On_the_CPU_each_type_computes_what_FP32_computes() =>
        Assert.All(OperationTest.Run(CPU, "cpu"), finding => Assert.Equal(FindingState.Good, finding.State));

    [Theory]
    [InlineData(nameof(ITensorOps<>.Add))]
    [InlineData(nameof(ITensorOps<>.Linear))]
    [InlineData(nameof(ITensorOps<>.FusedAttention))]
    [InlineData(nameof(ITensorOps<>.ArgMax))]
    [InlineData(nameof(ITensorOps<>.Embedding))]
    public void A_wrong_result_is_found_in_each_type_and_its_operation_named(string operation) =>
        Assert.All(OperationTest.Run(Faulty(operation), CPU, "cpu"), finding =>
        {
            Assert.Equal(FindingState.Failed, finding.State);
            Assert.StartsWith($"{operation} is off by", finding.Found, StringComparison.Ordinal);
        });

    /// <summary>On a virtual GPU any number is right, and a wrong shape is not.</summary>
    [Fact]
    public void Where_nothing_is_computed_shapes_are_compared_and_numbers_are_not()
    {
        Assert.All(OperationTest.Run(Faulty(nameof(ITensorOps<>.Activate)), CPU, "cpu", computes: false), finding =>
        {
            Assert.Equal(FindingState.Absent, finding.State);
            Assert.StartsWith("not computed here: all ", finding.Found, StringComparison.Ordinal);
        });
        var failing = OperationTest.Run(Faulty(nameof(ITensorOps<>.Softmax), isThrowing: true), CPU, "cpu", computes: false)[0];
        Assert.Equal(FindingState.Failed, failing.State);
    }

    [Fact]
    public void An_operation_that_fails_is_a_finding()
    {
        var finding = OperationTest.Run(Faulty(nameof(ITensorOps<>.Softmax), isThrowing: true), CPU, "cpu")[0];
        Assert.Equal(FindingState.Failed, finding.State);
        Assert.Contains("must match the size", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_shapes_and_numbers_that_are_none_do_not_agree()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, OperationTest.Difference(ones(3), ones(3)));
        Assert.Equal(0.5, OperationTest.Difference(ones(3), ones(3) * 2));
        Assert.True(double.IsNaN(OperationTest.Difference(ones(3), ones(4))));
        Assert.True(double.IsNaN(OperationTest.Difference(full(3, float.NaN), ones(3))));
    }

    [Fact]
    public void FP32_attention_on_a_GPU_may_be_off_by_32_ulp_and_all_else_by_8()
    {
        Assert.Equal(32, OperationTest.Tolerance(DataType.Float32, Operation.FusedAttention, isGpu: true) * (1 << 23));
        Assert.Equal(8, OperationTest.Tolerance(DataType.Float32, Operation.FusedAttention, isGpu: false) * (1 << 23));
        Assert.Equal(8, OperationTest.Tolerance(DataType.Float32, Operation.Linear, isGpu: true) * (1 << 23));
        Assert.Equal(8, OperationTest.Tolerance(DataType.Float16, Operation.FusedAttention, isGpu: true) * (1 << 10));
    }

    private static ITensorOps<Tensor> Faulty(string operation, bool isThrowing = false)
    {
        var proxy = DispatchProxy.Create<ITensorOps<Tensor>, FaultyOps>();
        ((FaultyOps)(object)proxy).Set(operation, isThrowing);
        return proxy;
    }
}

/// <summary>TorchOps, but for one operation, which is off by a tenth or fails.</summary>
public class FaultyOps : DispatchProxy
{
    private readonly TorchOps ops = new(new TagCursor(), CPU);
    private string operation = "";
    private bool isThrowing;

    public void Set(string operation, bool isThrowing) => (this.operation, this.isThrowing) = (operation, isThrowing);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == operation && isThrowing)
            return ones(2).add(ones(3));
        var result = targetMethod.Invoke(ops, args);
        return targetMethod.Name == operation ? ((Tensor)result!).to(ScalarType.Float32) * 1.1f : result;
    }
}
