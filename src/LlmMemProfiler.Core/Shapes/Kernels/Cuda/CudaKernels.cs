using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Virtual;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// libtorch's CUDA kernels: their requests to the caching allocator, before rounding. Operations not overridden here allocate
/// only their result: element-wise operations, GELU, softmax, casts and strided copies, concatenation, lookups, masks.
/// </summary>
/// <remarks>
/// ATen, <c>native/cuda</c>: <c>Activation.cu</c>, <c>SoftMax.cu</c> (contiguous input), <c>Copy.cu</c>
/// (<c>copy_requires_temporaries</c>: none on one device), <c>Shape.cu</c> (<c>parallel_cat</c> passes its metadata as kernel
/// arguments), <c>Indexing.cu</c> (<c>index_select_out_cuda_impl</c> reads strided ids), <c>TriangularOps.cu</c>. Scalar factors
/// stay on the host. Only <c>Indexing.cu</c> was read for this; the others are from memory. What was checked on virtual GPUs is in
/// <c>profiles/virtual/points.tsv</c>, and on one H100 with libtorch 2.11.0 in <c>profiles/hardware/cuda-h100-80gb</c>.
/// </remarks>
/// <param name="gpu">The GPU; capability and multiprocessors matter.</param>
/// <param name="libTorch">Versions of libtorch and cuDNN.</param>
/// <param name="environment">The worker's environment.</param>
/// <exception cref="InputException">An environment variable has an invalid value.</exception>
public sealed class CudaKernels(GpuModel gpu, LibTorchCuda libTorch, CudaEnvironment environment) : KernelModel
{
    private readonly AttentionChoice choice = new(gpu.Capability, libTorch, environment);
    private readonly MatrixProducts products = new(new(gpu.Capability, environment, libTorch.Release), environment, libTorch.Release);
    private readonly SortedSet<AttentionBackend> attention = [];

    public override string Name =>
        $"{gpu.Capability.Code}, {gpu.Multiprocessors} multiprocessors, libtorch {libTorch.Version}";

    /// <summary>Valid only after the model has run.</summary>
    public override IReadOnlyList<string> Unknown =>
    [
        CheckedSum.Words(gpu.Capability, libTorch.Version, VirtualEvidence.Rows, SeenGpu.All),
        .. gpu.Doubt is { } doubt ? (string[])[$"{gpu.Name}: {doubt}"] : [],
        .. libTorch.Doubt is { } unsure ? (string[])[unsure] : [],
        .. attention.Contains(AttentionBackend.Cudnn) ? (string[])["workspace of cuDNN attention: chosen by cuDNN for each shape"] : [],
    ];

    public override bool KnowsScratch => !attention.Contains(AttentionBackend.Cudnn);

    /// <summary>Backends used for fused attention; valid only after the model has run.</summary>
    public IReadOnlyCollection<AttentionBackend> Attention => attention;

    public override bool CopiesStridedIds => false;

    /// <remarks>ATen, <c>native/cuda/layer_norm_kernel.cu</c>, <c>layer_norm_cuda</c>: the accumulation type; two FP32 values a row were seen on an H100.</remarks>
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
            AttentionBackend.Flash => FlashAttention.Script(shape, gpu.Multiprocessors, libTorch.Release),
            AttentionBackend.Efficient => EfficientAttention.Script(shape),
            _ => new MathAttention(products, gpu).Script(shape),
        };
    }

    /// <summary>Backend for a shape.</summary>
    public AttentionBackend Backend(in AttentionShape shape) => choice.Of(shape);

    /// <summary>
    /// Flash and cuDNN follow the queries' layout, which padding makes head-major; memory-efficient is token-major, math
    /// head-major.
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

    /// <remarks>
    /// ATen, <c>native/cuda/ReduceArgMaxKernel.cu</c>: half types are compared as FP32; a state is a value and an index. That is no
    /// result, so a split reduction has a buffer of all rows' states (<c>Reduce.cuh</c>, <c>AccumulationBuffer</c>).
    /// </remarks>
    public override KernelScript ArgMax(long rows, long columns, long rowStride, DataType type)
    {
        const long state = 2 * sizeof(long);
        var script = new KernelScript().Result();
        var parts = IndexedParts.Of(rows, columns, rowStride * type.Bytes(), type.Bytes());
        int? states = parts.Count > 1 ? script.Allocate(rows * state) : null;
        foreach (var part in parts)
        {
            var reduction = GlobalReduction.Of(part.Rows, part.Columns, state, gpu);
            script.Scratch(reduction.Buffer, reduction.Semaphores);
        }
        return states is { } buffer ? script.Free(buffer) : script;
    }
}
