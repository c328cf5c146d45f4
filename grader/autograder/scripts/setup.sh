#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image. Elsewhere AUTOGRADER_ROOT is the folder that holds
# source/, and AUTOGRADER_PYTHON a Python that has all packages: then nothing is installed.
set -eu
root="${AUTOGRADER_ROOT:-/autograder}"
chmod -R go-rwx "$root/source/course" "$root/source/units.json"
if [ -n "${AUTOGRADER_PYTHON:-}" ]; then
    printf %s "$AUTOGRADER_PYTHON" > "$root/source/python"
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive UV_PYTHON_INSTALL_DIR="$root/python"
apt-get update
apt-get install -y --no-install-recommends ca-certificates python3 python3-venv
python3 -m venv "$root/uv"
"$root/uv/bin/pip" install --quiet uv
"$root/uv/bin/uv" venv --python @PYTHON@ "$root/venv"
# the index without code for accelerators is smaller; the usual one has the same versions
"$root/uv/bin/uv" pip install --python "$root/venv" --index-url https://download.pytorch.org/whl/cpu @TORCH@ ||
    "$root/uv/bin/uv" pip install --python "$root/venv" @TORCH@
"$root/uv/bin/uv" pip install --python "$root/venv" -r "$root/source/requirements.txt"
printf %s "$root/venv/bin/python" > "$root/source/python"
