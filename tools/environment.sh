#!/bin/sh
# Makes .venv or brings it up to date. `make` runs it:  HERE=folder sh tools/environment.sh course,test
# uv does this in seconds where it is installed; otherwise Python's own venv and pip do it.
set -eu
extras=$1
venv=.venv

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has() { command -v "$1" >/dev/null 2>&1; }

choose_python() {
    for python in ${PYTHON:-python3 python python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$python"; then return; fi
    done
    # uv can fetch a Python; a PYTHON that was asked for by name is not replaced by another one.
    if has uv && [ -z "${PYTHON:-}" ]; then python='>=3.11'; return; fi
    found=${PYTHON:-python3}
    if has "$found"; then found="$found is $("$found" --version 2>&1)"; else found="there is no $found"; fi
    echo "The course needs Python 3.11 or newer; here, $found." >&2
    echo "Install one from https://www.python.org/downloads/, or name the one you have:" >&2
    echo "    make lab PYTHON=/path/to/python3" >&2
    exit 1
}

find_venv_python() {  # on Windows it is in another folder
    for python in "$venv/bin/python" "$venv/Scripts/python.exe"; do
        if [ -x "$python" ]; then return; fi
    done
    return 1
}

usable() {  # a Python that runs, made in this folder, with something to install into it
    find_venv_python && new_enough "$python" || return 1
    [ "$(cat "$venv/.made-in" 2>/dev/null)" = "$HERE" ] || return 1
    has uv || "$python" -m pip --version >/dev/null 2>&1
}

if ! usable; then
    choose_python
    rm -rf "$venv"
    if has uv; then uv venv --quiet --seed --python "$python" "$venv"; else "$python" -m venv "$venv"; fi
    printf '%s\n' "$HERE" >"$venv/.made-in"
    find_venv_python
fi

echo "Installing into $venv ($("$python" --version)): $extras. The first time, 70 to 150 MB are downloaded."
if has uv; then
    uv pip install --quiet --python "$python" --editable ".[$extras]"
else
    "$python" -m pip install --quiet --disable-pip-version-check --editable ".[$extras]"
fi
