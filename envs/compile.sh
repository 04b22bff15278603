#!/usr/bin/env bash
# Renew envs/requirements.txt from pyproject.toml (needs uv), for every platform and
# Python from 3.11 on.  No line of it names a package registry.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --extra test \
  --no-header --no-emit-index-url --no-emit-find-links --output-file envs/requirements.txt pyproject.toml
