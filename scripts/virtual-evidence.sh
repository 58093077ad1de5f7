#!/usr/bin/env bash
# Runs random points on virtual GPUs, on the real libtorch given, and lays each beside its prediction: models, workloads, types, caches,
# chunks, attention, cards, allocator options and cuBLAS's variables. Prints what differs, with the command that runs it alone, and writes
# how many were equal into profiles/virtual/points.tsv. No GPU is needed. 5,000 points take about six minutes on two cores.
# With --families it runs tiny models of each family instead, with each type, cache and way to read the prompt, on five virtual cards and
# on this CPU, and writes profiles/virtual/families.tsv.
# usage: scripts/virtual-evidence.sh [--families | --points N --seed S] [--libtorch DIR] [--out FILE]
# Exit codes: 0 all equal; 1 one differs, or a process failed; 2 bad usage; 3 no libtorch with CUDA.
set -euo pipefail
cd "$(dirname "$0")/.."
points=5000 seed=1 libtorch=${LLMMEM_CUDA_LIBTORCH:-} families="" out=""

usage() {
    echo "virtual-evidence.sh: $1; usage: scripts/virtual-evidence.sh [--families | --points N --seed S] [--libtorch DIR] [--out FILE]" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    if [ "$1" = --families ]; then
        families=yes
        shift
        continue
    fi
    [ $# -gt 1 ] || usage "$1 needs a value"
    case $1 in
        --points) points=$2 ;;
        --seed) seed=$2 ;;
        --libtorch) libtorch=$2 ;;
        --out) out=$2 ;;
        *) usage "unknown option $1" ;;
    esac
    shift 2
done
[[ $points =~ ^[1-9][0-9]{0,6}$ ]] || usage "--points is '$points', must be from 1 to 9999999"
[[ $seed =~ ^[0-9]{1,9}$ ]] || usage "--seed is '$seed', must be from 0 to 999999999"
if [ ! -f "$libtorch/libtorch_cuda.so" ]; then
    echo "virtual-evidence.sh: no libtorch_cuda.so in '$libtorch'; must be the folder of a libtorch with CUDA, such as torch/lib of pip install torch==2.10.0" >&2
    exit 3
fi

if [ -z "$out" ] && [ -n "$families" ]; then out=profiles/virtual/families.tsv; fi
out=${out:-profiles/virtual/points.tsv}
mkdir -p "$(dirname "$out")"
dotnet build tests/LlmMemProfiler.VirtualEvidence -c Release --nologo -v quiet
evidence=tests/LlmMemProfiler.VirtualEvidence/bin/Release/net10.0/LlmMemProfiler.VirtualEvidence
export OMP_WAIT_POLICY=passive
if [ -n "$families" ]; then
    "$evidence" family-table "$libtorch" "$out"
else
    "$evidence" points "$points" "$seed" "$libtorch" "$out"
fi
