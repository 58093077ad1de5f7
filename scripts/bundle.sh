#!/usr/bin/env bash
# Makes one archive that runs on any x86-64 Linux with glibc 2.34 or newer, without .NET and without a network. It holds no libtorch:
# there it takes the PyTorch of python3, or a folder named with --libtorch or LLMMEM_LIBTORCH.
#
#   scripts/bundle.sh [DIR]     makes DIR/llmmem-VERSION-linux-x64.tar.gz (DIR: bin/bundle)
#
# On the other machine:  tar xf llmmem-*.tar.gz && cd llmmem-* && ./llmmem doctor
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

largest=45000000    # bytes
newest_glibc=2.34

out=${1:-bin/bundle}
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Not trimmed: TorchSharp reflects, and the size allows it. Outputs of its own, so that the tree's are left as they are.
dotnet publish src/LlmMemProfiler.Cli -c Release --self-contained -p:Torch=none -p:RestoreLockedMode=true -p:DebugType=none \
    -p:Bundle=true --artifacts-path "$work/artifacts" -o "$work/publish" -v quiet

rm -f "$work"/publish/*.xml
dotnet run scripts/references.cs -- "$work/publish" llmmem
cp LICENSE scripts/gpu-evidence.sh scripts/side-by-side.py "$work/publish/"
dotnet run scripts/notices.cs -- "$work/publish/llmmem.deps.json" "$work/artifacts/obj/LlmMemProfiler.Cli/project.assets.json" "$PWD" \
    > "$work/publish/THIRD-PARTY-NOTICES.txt"

version=$("$work/publish/llmmem" --version)
changes=""
if [ -n "$(git status --porcelain 2> /dev/null)" ]; then changes=" with local changes"; fi
echo "llmmem $version$changes" > "$work/publish/VERSION"

# The symbol versions that a library needs stand in it as text.
for file in $(find "$work/publish" -type f); do
    if ! head -c 4 "$file" | grep -q ELF; then continue; fi
    needs=$(grep -aoE 'GLIBC_2\.[0-9]+' "$file" | sort -uV | tail -n 1 || true)
    if [ "$(printf '%s\n' "${needs#GLIBC_}" "$newest_glibc" | sort -V | tail -n 1)" != "$newest_glibc" ]; then
        echo "$(basename "$file") needs $needs; at most $newest_glibc is allowed" >&2
        exit 1
    fi
done

name=llmmem-${version%%+*}-linux-x64
mv "$work/publish" "$work/$name"
# Packages bring the modes of whoever packed them; only programs are run.
find "$work/$name" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
chmod 755 "$work/$name"/llmmem "$work/$name"/*.sh "$work/$name"/*.py
archive=$out/$name.tar.gz
tar -C "$work" --owner=0 --group=0 --sort=name -c "$name" | gzip -7 > "$archive"

size=$(stat -c %s "$archive")
echo "$archive: $size B, $(cat "$work/$name/VERSION")"
if [ "$size" -gt "$largest" ]; then
    echo "$archive: larger than $largest B" >&2
    exit 1
fi
