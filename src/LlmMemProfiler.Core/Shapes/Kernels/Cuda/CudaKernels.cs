using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// libtorch's CUDA kernels: what they ask the caching allocator for, before it rounds. What is not overridden here takes its
/// result alone: element-wise operations, GELU, softmax, casts and copies between strides, concatenation, lookups, masks.
/// </summary>
/// <remarks>
/// ATen, <c>native/cuda</c>: <c>Activation.cu</c>, <c>SoftMax.cu</c> (contiguous input), <c>Copy.cu</c>
/// (<c>copy_requires_temporaries</c>: none on one device), <c>Shape.cu</c> (<c>parallel_cat</c> hands its metadata over as kernel
/// arguments), <c>Indexing.cu</c> (<c>index_select_out_cuda_impl</c> reads strided ids), <c>TriangularOps.cu</c>. A number that multiplies
/// stays on the host. Of these only <c>Indexing.cu</c> was read for this; the others are from memory. Not seen on a GPU.
/// </remarks>
/// <param name="gpu">Capability and multiprocessors decide.</param>
/// <param name="libTorch">Its version, and cuDNN's.</param>
/// <param name="environment">The worker's.</param>
/// <exception cref="InputException">A variable of the environment has no readable value.</exception>
public sealed class CudaKernels(GpuModel gpu, LibTorchCuda libTorch, CudaEnvironment environment) : KernelModel
{
    private readonly AttentionChoice choice = new(gpu.Capability, libTorch, environment);
    private readonly MatrixProducts products = new(new(gpu.Capability, environment), environment);
    private readonly SortedSet<AttentionBackend> attention = [];

    public override string Name =>
        $"sm_{gpu.Capability.Major}{gpu.Capability.Minor}, {gpu.Multiprocessors} multiprocessors, libtorch {libTorch.Version}";

    /// <summary>Right after the model ran: only then is it known what it needs.</summary>
    public override IReadOnlyList<string> Unknown =>
    [
        "kernel models of CUDA follow the source and were not yet seen on a GPU",
        .. attention.Contains(AttentionBackend.Cudnn) ? (string[])["the workspace of cuDNN's attention: cuDNN chooses it for each shape"] : [],
    ];

    /// <summary>What computed fused attention in the model that ran; right after it ran.</summary>
    public IReadOnlyCollection<AttentionBackend> Attention => attention;

    public override bool CopiesStridedIds => false;

    /// <remarks>ATen, <c>native/cuda/layer_norm_kernel.cu</c>, <c>layer_norm_cuda</c>: the accumulation type.</remarks>
    public override DataType NormStatistics(DataType type) => DataType.Float32;

    public override KernelScript Linear(in LinearShape shape) => products.Linear(shape);

    public override KernelScript Product(in ProductShape shape) => products.Product(shape);

    public override KernelScript FusedAttention(in AttentionShape shape)
    {
        var backend = Backend(shape);
        attention.Add(backend);
        return backend switch
        {
            AttentionBackend.Cudnn => CudnnAttention.Script(),
            AttentionBackend.Flash => FlashAttention.Script(shape, gpu.Multiprocessors),
            AttentionBackend.Efficient => EfficientAttention.Script(shape),
            _ => new MathAttention(products, gpu).Script(shape),
        };
    }

    /// <summary>What computes this attention.</summary>
    public AttentionBackend Backend(in AttentionShape shape) => choice.Of(shape);

    /// <summary>
    /// Flash and cuDNN follow the queries' layout, and padding makes that head by head; memory-efficient writes token by token, math
    /// head by head.
    /// </summary>
    public override bool AttendsByToken(in AttentionShape shape) => Backend(shape) switch
    {
        AttentionBackend.Cudnn => shape.QueriesByToken,
        AttentionBackend.Flash => shape.QueriesByToken && FlashAttention.RowWidth(shape) == shape.HeadDim,
        AttentionBackend.Efficient => true,
        _ => false,
    };

    public override long AttendedRowWidth(in AttentionShape shape) =>
        Backend(shape) == AttentionBackend.Flash ? FlashAttention.RowWidth(shape) : shape.HeadDim;

    /// <remarks>ATen, <c>native/cuda/ReduceArgMaxKernel.cu</c>: half types are compared as FP32, a state is value and index.</remarks>
    public override KernelScript ArgMax(long rows, long columns, DataType type)
    {
        const long state = 2 * sizeof(long);
        var reduction = GlobalReduction.Of(rows, columns, state, gpu);
        return new KernelScript().Result().Scratch(reduction.Buffer, reduction.Semaphores);
    }
}
