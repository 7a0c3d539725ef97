#!/bin/sh
# Makes .venv with Roger and what it needs. Safe to run again, and to interrupt: a half-made .venv is made anew.
# Usage: scripts/setup.sh [EXTRA...]      extras: device llm web emulator dev bench
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
venv=.venv
stamp=$venv/.roger-installed # first the extras, then a checksum of what decides the versions

fail() {
    printf 'setup: %s\n  %s\n' "$1" "$2" >&2
    exit 2
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else return 1; fi
}

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null ||
    fail "Roger needs Python 3.11, 3.12 or 3.13" "install one and run, for example: make PYTHON=python3.12 demo"

exec 9<pyproject.toml # two set-ups at once would undo each other
if command -v flock >/dev/null; then flock 9; fi

have=$(sed -n 1p "$stamp" 2>/dev/null || true)
extras=$(printf '%s\n' $have "$@" | tr ',' '\n' | sed '/^$/d' | sort -u | paste -sd, -)
sum=$(cat pyproject.toml scripts/constraints.txt | cksum)
wanted=$(printf '%s\n%s' "$extras" "$sum")
[ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0

if [ ! -f "$stamp" ]; then
    rm -rf "$venv"
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "setup: Python's venv module is missing; installing the package python3-venv"
        { as_root apt-get update -qq && as_root apt-get install -y -qq python3-venv; } ||
            fail "Python's venv module is missing" "run: sudo apt install python3-venv"
    fi
fi
case ",$extras," in
*,web,*)
    if ! command -v espeak-ng >/dev/null; then
        echo "setup: installing the package espeak-ng, the voice of the web page"
        { as_root apt-get update -qq && as_root apt-get install -y -qq espeak-ng; } ||
            echo "setup: the page will not speak; for that, run: sudo apt install espeak-ng" >&2
    fi
    ;;
esac
trap 'rm -rf "$venv"; echo "setup: interrupted, nothing is left behind; run it again" >&2; exit 130' INT TERM HUP
[ -d "$venv" ] || "$python" -m venv "$venv" || fail "python -m venv failed" "see the lines above"
rm -f "$stamp"
case ",$extras," in
*,llm,*)
    if ! "$venv/bin/python" -c 'import llama_cpp' 2>/dev/null; then
        echo "setup: llama.cpp is compiled once, which takes about ten minutes on two cores; make demo LLM=0 does without"
    fi
    # for any processor of its kind, and nothing but the library; pip keeps what it has built
    export CMAKE_ARGS="-DGGML_NATIVE=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_CURL=OFF ${CMAKE_ARGS:-}"
    ;;
esac
"$venv/bin/python" -m pip install --disable-pip-version-check -c scripts/constraints.txt -e ".${extras:+[$extras]}" ||
    fail "pip could not install Roger" "the last lines above say why; then run it again"
printf '%s' "$wanted" >"$stamp"
