#!/usr/bin/env bash
# The evidence of a GPU box in one go: doctor, self-tests, runs with their traces, a sweep over every axis with two allocator
# settings, the same model through transformers, and what the hook costs. Needs llmmem (a bundle or the build) and nothing else;
# where python3 has torch and transformers it is compared with them too.
#
#   scripts/gpu-evidence.sh --device cuda:0 --out evidence            # within ten minutes
#   scripts/gpu-evidence.sh --device cpu --quick --out evidence       # the same stages, tiny, without a GPU
#   scripts/gpu-evidence.sh --device virtual:h100 --libtorch DIR --out evidence    # on a GPU that is not there: every point must be equal
#
# May be killed at any moment and called again with the same --state: finished stages and points are not measured twice. It stops
# by itself before --budget seconds are over. Exit codes: 0 all done, 1 a stage failed or a point on a virtual GPU is not equal, 2 bad usage, 3 no usable
# device, or an occupied one, 4 time was over: call again.
set -uo pipefail

device=cuda:0 out=gpu-evidence state='' budget=570 quick='' python=python3 libtorch=()
usage() {
    echo "gpu-evidence: $1; usage: $0 [--device cuda:N|UUID|cpu|virtual:NAME] [--out DIR] [--state DIR] [--budget SECONDS] [--quick] [--python FILE] [--libtorch DIR]" >&2
    exit 2
}
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=1; shift; continue ;;
        --device | --out | --state | --budget | --python | --libtorch) [ $# -ge 2 ] || usage "$1 lacks its value" ;;
        *) usage "'$1' is not understood" ;;
    esac
    case $1 in
        --device) device=$2 ;;
        --out) out=$2 ;;
        --state) state=$2 ;;
        --budget) budget=$2 ;;
        --python) python=$2 ;;
        --libtorch) libtorch=(--libtorch "$2") ;;
    esac
    shift 2
done
case $budget in '' | *[!0-9]*) usage "--budget is '$budget'; a whole number of seconds is needed" ;; esac
state=${state:-$out.state}
here=$(cd "$(dirname "$0")" && pwd)

llmmem=
for file in "${LLMMEM:-}" "$here/llmmem" "$here/../llmmem" "$here/../src/LlmMemProfiler.Cli/bin/Release/net10.0/llmmem"; do
    if [ -n "$file" ] && [ -x "$file" ] && [ -f "$file" ]; then llmmem=$file; break; fi
done
[ -n "$llmmem" ] || usage 'no llmmem beside this script, above it, or in the build; unpack a bundle, or build, or set LLMMEM'
mkdir -p "$state/done" "$out" || exit 2

on=(--device "$device" "${libtorch[@]}")
log=$state/evidence.txt
say() { echo "$(date -u +%H:%M:%S) $*" | tee -a "$log" >&2; }
left() { echo $((budget - SECONDS)); }

# Runs llmmem until the budget is over, then asks it to end: what was measured is kept.
measured() { timeout --foreground --signal=INT --kill-after=20 "$(($(left) > 1 ? $(left) : 1))" "$llmmem" "$@" 2>>"$state/stderr.txt"; }

failed=0 pending=0 last=0
# stage NAME SECONDS COMMAND…: once, unless fewer seconds than it usually takes are left.
stage() {
    local name=$1 least=$2 began=$SECONDS code
    shift 2
    if [ -e "$state/done/$name" ]; then say "$name: done before"; return; fi
    if [ "$(left)" -lt "$least" ]; then say "$name: not begun, $(left) s are left"; pending=1; return; fi
    "$@"
    code=$? last=$code
    if [ $code -eq 0 ]; then
        : > "$state/done/$name"
        say "$name: done in $((SECONDS - began)) s"
    elif [ $code -eq 130 ] || [ $code -eq 124 ] || [ "$(left)" -le 1 ]; then
        say "$name: cut off after $((SECONDS - began)) s, $(left) s are left"
        pending=1
    else
        say "$name: FAILED with $code: $(reason)"
        failed=1
    fi
    collect
}

# skip NAME REASON: a stage that cannot be done on this device.
skip() { say "$1: skipped, $2"; }

# What the last command said on stderr; the doctor says it in what it found.
reason() { { tail -n 1 "$state/stderr.txt"; [ -s "$state/stderr.txt" ] || grep -A 1 '"state": "failed"' "$state/doctor.json" | sed -n 's/^ *"found": //p' | head -n 1; } 2>/dev/null; }

# A run has a folder of its own, so that one that was cut off leaves no record.
run_into() {
    local folder=$state/run-$1
    shift
    rm -rf "$folder"
    measured run "$@" "${on[@]}" --out "$folder" > "$state/run.txt" || { local code=$?; rm -rf "$folder"; return $code; }
    cat "$state/run.txt" >> "$log"
}

doctor() { measured doctor "${examined[@]}" "${libtorch[@]}" --json > "$state/doctor.json"; }

# The same tokens as the CPU's at FP32, from the same seed.
self_test() {
    measured run tiny --dtype fp32 --device cpu "${libtorch[@]}" --json > "$state/self-cpu.json" || return
    measured run tiny --dtype fp32 "${on[@]}" --json > "$state/self-device.json" || return
    if [ "$(tokens "$state/self-cpu.json")" = "$(tokens "$state/self-device.json")" ]; then
        say 'self-test: the same tokens as on the CPU, FP32'
    else
        say 'self-test: OTHER tokens than on the CPU, FP32'
    fi
}
tokens() { sed -n '/"generated"/,/\]$/p' "$1" | tr -d ' \n'; }

main_run() { run_into "$1" "$1"; }

traced_run() { run_into "$1" "$1" --trace "$state/trace.json.gz"; }

eager_run() { CUDA_MODULE_LOADING=EAGER run_into eager "$1"; }

# A point that failed fails the stage, and is tried again by the next call.
sweep_into() {
    local folder=$1 code
    shift
    measured sweep "$plan" "${on[@]}" --out "$folder" --resume --retry-failed --timeout 120 "$@" > "$state/sweep.txt"
    code=$?
    cat "$state/sweep.txt" >> "$log"
    return $code
}

sweep() { sweep_into "$state/sweep"; }

# Every eighth point again, with the allocator's other way.
expandable() { PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True sweep_into "$state/expandable" --shard "$share"; }

# Logits take their time, so the runs that are timed keep none.
side_by_side() {
    local dtype=$1 model=$state/model-$1 logits=$state/logits-$1.safetensors point code attention i
    if [ ! -f "$here/side-by-side.py" ] || ! command -v "$python" > /dev/null; then
        say "side-by-side, $dtype: skipped, there is no $python or no side-by-side.py"
        return 0
    fi
    point=("$side" --dtype "$dtype" --prompt 64 --new-tokens 64)
    run_into "logits-$dtype" "${point[@]}" --save-model "$model" --save-logits "$logits" || return
    for i in 1 2 3; do
        run_into "side-$dtype-$i" "${point[@]}" || return
    done
    cat "$state"/run-side-"$dtype"-[123]/results.jsonl > "$state/side-$dtype.jsonl"
    for attention in eager sdpa; do
        timeout --foreground --kill-after=5 "$(($(left) > 1 ? $(left) : 1))" "$python" "$here/side-by-side.py" --model "$model" --logits "$logits" \
            --results "$state/side-$dtype.jsonl" --device "$torch_device" --attention $attention --repeats 3 --out "$state/side-$dtype-$attention.json" 2>>"$state/stderr.txt"
        code=$?
        if [ $code -eq 3 ]; then
            say "side-by-side, $dtype: skipped: $(tail -n 1 "$state/stderr.txt")"
            break
        elif [ $code -ne 0 ]; then
            return $code
        fi
    done
    rm -rf "$model" "$logits"
}

hook_cost() {
    measured hook-cost "$hooked" "${on[@]}" > "$state/hook-cost.json.part" && mv "$state/hook-cost.json.part" "$state/hook-cost.json"
}

# On a virtual GPU the very same code allocates as was predicted: whatever is not equal is a fault. A real one has no such rule.
all_equal() {
    local records count
    records=$(claimed records)
    for count in ok tensor_peak_equal allocated_peak_equal reserved_peak_equal trace_equal; do
        [ "$(claimed $count)" = "$records" ] || { say "points: NOT EQUAL: $count is $(claimed $count) of $records"; return 1; }
    done
    [ "$records" -gt 0 ] && say "points: all $records equal: tensor, allocated and reserved peaks, and every allocation and free"
}
claimed() { sed -n "s/^ *\"$1\": *\([0-9]*\).*/\1/p" "$state/claims.json"; }

# The few files that are the evidence, refreshed after each stage. Runs that kept their logits are slower than they need be.
collect() {
    local folder
    for folder in "$state"/run-* "$state/sweep" "$state/expandable"; do
        case $folder in */run-logits-*) ;; *) cat "$folder"/*.jsonl ;; esac
    done > "$out/results.jsonl" 2>/dev/null
    if compgen -G "$state/side-*-*.json" > /dev/null; then
        { echo '['; local first=1 file; for file in "$state"/side-*-*.json; do [ $first ] || echo ,; first=; cat "$file"; done; echo ']'; } > "$out/side-by-side.json"
    fi
    local file
    for file in doctor.json hook-cost.json trace.json.gz evidence.txt; do
        [ -f "$state/$file" ] && cp "$state/$file" "$out/$file"
    done
    if [ -s "$out/results.jsonl" ]; then
        "$llmmem" claims "$out/results.jsonl" > "$state/claims.json" 2>>"$state/stderr.txt" && cp "$state/claims.json" "$out/claims.json"
    fi
    return 0
}

if [ $quick ]; then
    main=tiny large=tiny-guide side=tiny hooked=tiny share=1/2 plan=$state/plan.json
    echo '{"grids": [{"model": "tiny", "dtype": ["fp32", "int8"], "cache": ["preallocated", "concat"], "prompt": 8, "new_tokens": 4}]}' > "$plan"
    need=(1 1 1)
else
    main=guide-354m large=gpt2-xl side=gpt2-medium hooked=guide-354m share=1/8 plan=gpu
    need=(15 40 60)
fi
virtual='' examined=()
case $device in [Vv][Ii][Rr][Tt][Uu][Aa][Ll]:*) virtual=1 examined=(--device "$device") ;; esac
# torch knows a GPU by its number among the visible ones only.
torch_device=$device
case $device in GPU-*) export CUDA_VISIBLE_DEVICES=$device; torch_device=cuda:0 ;; esac

say "llmmem $("$llmmem" --version 2>/dev/null) on $device, $budget s; $([ $virtual ] && echo 'a GPU that is not there' || nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null || echo 'no nvidia-smi')"
stage doctor "${need[0]}" doctor
[ $virtual ] || stage self-test "${need[0]}" self_test
if [ $last -eq 3 ]; then say "no usable device: $device"; exit 3; fi
if [ $last -eq 2 ]; then say "bad usage: see above"; exit 2; fi
stage "run-$main" "${need[0]}" traced_run "$main"
stage "run-$large" "${need[0]}" main_run "$large"
if [ $virtual ]; then
    skip self-test 'a virtual GPU computes nothing, so there are no tokens to compare'
    skip run-eager 'there is no driver that loads modules'
    skip hook-cost 'there are no times'
    skip side-by-side-fp32 'there are no logits to compare'
    skip side-by-side-fp16 'there are no logits to compare'
else
    case $device in cpu) ;; *) stage run-eager "${need[0]}" eager_run "$main" ;; esac
    stage hook-cost "${need[0]}" hook_cost
    stage side-by-side-fp32 "${need[2]}" side_by_side fp32
    stage side-by-side-fp16 "${need[2]}" side_by_side fp16
fi
stage sweep "${need[1]}" sweep
case $device in cpu) ;; *) stage expandable "${need[1]}" expandable ;; esac
collect
if [ -s "$state/claims.json" ]; then tee -a "$log" < "$state/claims.json" >&2; fi
collect
if [ $virtual ] && [ -s "$state/claims.json" ]; then all_equal || failed=1; fi
if [ $failed -ne 0 ]; then say 'a stage failed; call again to try it again'; exit 1; fi
if [ $pending -ne 0 ]; then say "time was over; call again with --state $state"; exit 4; fi
say "all done: $out"
cp "$log" "$out/evidence.txt"
