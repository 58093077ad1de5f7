#!/usr/bin/env bash
# Runs a bundle where there is nothing else: a root with the bundle, the C and C++ libraries and a libtorch, without .NET, network,
# home or a place to write to. Needs root (chroot, unshare); LIBTORCH is a folder that holds libtorch_cpu.so.
#
#   scripts/bundle-test.sh ARCHIVE LIBTORCH
set -euo pipefail
archive=$(realpath "$1")
libtorch=$(realpath "$2")

root=$(mktemp -d)
mkdir -p "$root"/{bin,usr/bin,lib/x86_64-linux-gnu,lib64,usr/lib,proc,dev,tmp,results,site/torch/lib}
trap 'rm -rf "$root"' EXIT
tar -C "$root" -xf "$archive"
program=$(basename "$(ls -d "$root"/llmmem-*)")

# The loader, what .NET and libtorch need of the system, and a shell to play python3.
cp -L /lib64/ld-linux-x86-64.so.2 "$root/lib64/"
for library in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libstdc++.so.6 libgcc_s.so.1; do
    cp -L "$(ldconfig -p | awk -v name="$library" '$1 == name && /x86-64/ { print $NF; exit }')" "$root/lib/x86_64-linux-gnu/"
done
cp -L /bin/sh "$root/bin/"
echo '{"points": [{"model": "tiny"}, {"model": "tiny", "dtype": "bf16"}]}' > "$root/plan.json"
cp -L "$libtorch"/*.so* "$root/site/torch/lib/"
printf '#!/bin/sh\necho /site/torch\n' > "$root/usr/bin/python3"
chmod +x "$root/usr/bin/python3"
ldconfig -r "$root" 2> /dev/null || true

# One command in the bare root: no network, a read-only file system but for /results, nothing in the environment.
bare() {
    unshare --mount --net --fork --kill-child -- bash -c '
        set -e
        root=$1; shift
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount -t tmpfs tmpfs "$root/dev"
        : > "$root/dev/null"; mount --bind /dev/null "$root/dev/null"
        mkdir "$root/dev/shm"
        mount -o remount,bind,ro "$root"
        mount -t tmpfs tmpfs "$root/results"
        exec env -i PATH=/usr/bin:/bin "$(command -v chroot)" "$root" "$@"' bare "$root" "$@"
}

failures=0
check() {    # NAME, EXPECTED CODE, WORD IN OUTPUT, COMMAND…
    local name=$1 code=$2 word=$3 output status=0
    shift 3
    output=$(bare "$@" 2>&1) || status=$?
    if [ "$status" -ne "$code" ] || [[ "$output" != *"$word"* ]]; then
        printf '%s: failed with %s\n%s\n' "$name" "$status" "$output"
        failures=$((failures + 1))
    else
        echo "$name: as expected"
    fi
}

# What is shipped: each package's license, and no file that can be run but programs.
complete() {
    local name
    sed -n '/^  "libraries"/,$s/^    "\([^"]*\)": {$/\1/p' "$root/$program/llmmem.deps.json" | grep -v '^LlmMemProfiler\.' | grep -v '^llmmem/' | sort -u |
        while IFS=/ read -r name version; do
            grep -qxF "==== $name $version" "$root/$program/THIRD-PARTY-NOTICES.txt" || echo "no license of $name $version"
        done
    find "$root/$program" -type f -perm /111 ! -name llmmem ! -name '*.sh' ! -name '*.py' -printf 'can be run: %f\n'
    find "$root/$program" ! -perm -444 -printf 'cannot be read: %f\n'
}
missing=$(complete)
if [ -n "$missing" ]; then
    echo "$missing"
    failures=$((failures + 1))
else
    echo 'licenses and modes: as expected'
fi

llmmem=/$program/llmmem
check 'doctor, by python3' 0 'from python3 (/site/torch/lib)' "$llmmem" doctor
check 'doctor, by --libtorch' 0 'from --libtorch' "$llmmem" doctor --libtorch /site/torch
check 'run' 0 'simulated  exact' "$llmmem" run tiny --device cpu
check 'sweep' 0 'plan: 2 ok' "$llmmem" sweep /plan.json --device cpu --out /results
check 'from its own folder' 0 'ready: llmmem calibrate (' /bin/sh -c "cd /$program && ./llmmem doctor"
check 'a wrong argument' 2 'did you mean --batch' "$llmmem" run tiny --btach 2
check 'a read-only folder' 2 'Read-only file system' "$llmmem" run tiny --device cpu --out /out
check 'a wrong libtorch' 3 'no libtorch_cpu.so there' "$llmmem" doctor --libtorch /lib
exit $((failures > 0))
