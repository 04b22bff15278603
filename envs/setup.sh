#!/usr/bin/env bash
# Make .venv next to the Snakefile, and install the pinned packages and this project in it.
# PYTHON names the interpreter (default: python3).  It is safe to run this script again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case $PWD in
  *[[:space:]\'\"]*)
    echo "envs/setup.sh: the path $PWD has a space or a quotation mark, which Snakemake does not quote where it starts jobs; move the clone to a path without them" >&2
    exit 1
    ;;
esac
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "envs/setup.sh: $python is not Python 3.11 or newer; name one that is: PYTHON=python3.12 bash envs/setup.sh" >&2
  exit 1
fi
if ! "$python" -m venv .venv; then
  echo "envs/setup.sh: $python cannot make a virtual environment; on Debian install python3-venv" >&2
  exit 1
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r envs/requirements.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
cache=${XDG_CACHE_HOME:-$HOME/.cache}
if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
  echo "envs/setup.sh: $cache cannot be written, and Snakemake keeps a cache there; before you start it, name a folder that can: export XDG_CACHE_HOME=..." >&2
fi
