#!/usr/bin/env bash
# Write envs/requirements.txt from pyproject.toml, for every platform and for Python 3.11 and newer.
# This needs uv.  No line of the file names a package registry.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --extra study --extra test \
  --no-header --no-emit-index-url --no-emit-find-links --output-file envs/requirements.txt pyproject.toml
