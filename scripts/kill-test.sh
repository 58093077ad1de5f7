#!/usr/bin/env bash
# Kills a sweep, then its workers, with SIGKILL at random bytes of its results (fifty times each, or the number given), goes on each
# time, and compares what it ends with with an undisturbed sweep: no finished point lost or measured twice, no broken file, no process
# left, the same results but for times.
set -euo pipefail
cd "$(dirname "$0")/.."
export LLMMEM_KILLS=${1:-50}

dotnet build -c Release --nologo -v quiet tests/LlmMemProfiler.Workflow.Tests
tests/LlmMemProfiler.Workflow.Tests/bin/Release/net10.0/LlmMemProfiler.Workflow.Tests \
    -class LlmMemProfiler.Workflow.Tests.KilledSweepTests -diagnostics -noLogo
