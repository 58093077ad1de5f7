#!/usr/bin/env bash
# Kills a sweep with SIGKILL at random bytes of its results (fifty, or the number given), resumes it each time, and compares what it
# ends with with an undisturbed sweep: no finished point lost or measured twice, no broken file, the same results but for times.
set -euo pipefail
cd "$(dirname "$0")/.."
export LLMMEM_KILLS=${1:-50}

dotnet build -c Release --nologo -v quiet tests/LlmMemProfiler.Cli.Tests
tests/LlmMemProfiler.Cli.Tests/bin/Release/net10.0/LlmMemProfiler.Cli.Tests \
    -class LlmMemProfiler.Cli.Tests.KilledSweepTests -diagnostics -noLogo
