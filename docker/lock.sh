#!/usr/bin/env bash
# Writes requirements.lock and requirements-dev.lock from pyproject.toml (needs uv; run by `make lock`).
# torch is pinned by hand and its CUDA companions are left out: a machine whose index serves the CUDA build pulls them
# itself, one with a CPU wheel (WARMLINE_TORCH_WHEELS) never sees them.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
    local out=$1; shift
    uv pip compile pyproject.toml --universal --python-version 3.11 --no-header --no-annotate --quiet "$@" --output-file "$out"
    grep -vE '^(nvidia-|cuda-|triton|torch==)' "$out" > "$out.new"
    { echo '# Written by `make lock` from pyproject.toml.'; cat "$out.new"; echo 'torch==2.13.0'; } > "$out"
    rm "$out.new"
}
compile requirements.lock "$@"
compile requirements-dev.lock --extra dev --constraint requirements.lock "$@"
