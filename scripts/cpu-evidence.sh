#!/usr/bin/env bash
# Makes the evidence behind the README's numbers on this machine's CPU: the main job with its picture, predicted against
# measured peaks over models, types and batches, and the paired speeds. Writes into the folder given, or results/cpu-evidence.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-results/cpu-evidence}
mkdir -p "$out"

dotnet build -c Release --nologo -v quiet
llmmem=src/LlmMemProfiler.Cli/bin/Release/net10.0/llmmem
benchmarks=tests/LlmMemProfiler.Benchmarks/bin/Release/net10.0/LlmMemProfiler.Benchmarks

"$llmmem" run --out "$out" > "$out/run.txt"
"$benchmarks" accuracy > "$out/accuracy.md"
{
    "$benchmarks" startup
    "$benchmarks" speed guide-354m fp16
    "$benchmarks" speed gpt2 fp32
} > "$out/speed.txt"
echo "written to $out"
