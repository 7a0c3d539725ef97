#!/usr/bin/env bash
# make image: out/image/roger.img.xz, a card for the Raspberry Pi 4 and 5, out of this checkout. See docs/image.md.
# LLM=1 also builds llama.cpp into it. What takes long is kept in ~/.cache/roger/image (ROGER_IMAGE_CACHE).
set -euo pipefail
cd "$(dirname "$0")/../.."
here=scripts/image
out=${ROGER_IMAGE_OUT:-out/image}
cache=${ROGER_IMAGE_CACHE:-$HOME/.cache/roger/image}
LLM=${LLM:-0}
MODELS="whisper-tiny.en whisper-base e5-small minilm-l6"
LGPIO_SHA256=11372e653b200f76a0b3ef8a23a0735c85ec678a9f8550b9893151ed0f863fff
source $here/steps.sh
source $here/debian.sh
source $here/packages.sh
source $here/made.sh

begun=$SECONDS
[ "$(id -u)" = 0 ] || fail "an image is made by root: it holds files of other users" "run: sudo make image"
mkdir -p "$out" "$cache"
: >"$out/build.log"
epoch=$(git log -1 --format=%ct)
version="$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)+$(git log -1 --format=%h)$(git diff --quiet HEAD || echo .changed)"
export SOURCE_DATE_EPOCH=$epoch LC_ALL=C.UTF-8 TZ=UTC

step "tools of the host" host_tools
step "Roger on the host, which fetches and converts the models" sh scripts/setup.sh
step "models" models
step "Debian's packages" debian
step "Python, compiled" python
step "Python's packages" packages
[ "$LLM" = 0 ] || step "llama.cpp, compiled for arm64" llama
step "initramfs" initramfs
step "Roger, its user, its units" root
step "boot partition" boot_partition
step "card" card
step "what is in it" manifest
step "compressed" xz --threads=0 -0 --keep --force "$out/roger.img"
printf 'image: %s, %d MB, in %d s\n' "$out/roger.img.xz" $(($(stat -c %s "$out/roger.img.xz") / 1000000)) $((SECONDS - begun))
