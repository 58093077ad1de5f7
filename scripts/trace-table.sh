#!/usr/bin/env bash
# Lays predicted traces beside measured ones for every way to run (profiles/sweeps/traces.json: types, caches, attentions, whole
# and chunked prefill, batches, odd prompts), with one and with two threads, and fails where a bar is missed: tensors equal in
# every point, whole traces in 99 % of the points of each type, the allocated peak within 0.5 % in each point. Called again, it
# goes on where it was cut off. Writes into the folder given, or results/traces; about half an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-results/traces}
mkdir -p "$out"

dotnet build -c Release --nologo -v quiet
llmmem=src/LlmMemProfiler.Cli/bin/Release/net10.0/llmmem
benchmarks=tests/LlmMemProfiler.Benchmarks/bin/Release/net10.0/LlmMemProfiler.Benchmarks

missed=0
for threads in 1 2; do
    OMP_WAIT_POLICY=passive OMP_NUM_THREADS=$threads "$llmmem" sweep traces --device cpu --resume --out "$out/threads-$threads" > "$out/threads-$threads.txt" || {
        # With 1, points failed or timed out; the others are laid side by side all the same.
        code=$?
        [ "$code" -eq 1 ] || exit "$code"
        missed=1
    }
done
{
    echo "# Predicted and measured traces"
    echo
    echo "Made by \`scripts/trace-table.sh\`: each point a fresh process, every allocation and free seen and compared, in size and order."
    echo
    "$benchmarks" traces "$out/threads-1" "$out/threads-2"
} > "$out/traces.md"

for threads in 1 2; do
    "$llmmem" validate "$out/threads-$threads" --max-tensor-differences 0 --min-equal-traces 99 --max-allocated-error 0.5 || missed=1
done
echo "written to $out/traces.md"
exit "$missed"
