#!/bin/sh
# Runs tests/hardware in a small guest with real kernel drivers (gpio-sim, i2c-stub), on the code as it is here.
# Everything that it needs it fetches itself; kernel and images stay in ~/.cache/roger/hil. Where it cannot run, it says
# why and ends with 0. Usage: scripts/hil/run.sh [PYTEST ARGUMENTS]
set -eu
cd "$(dirname "$0")/../.."
repo=$PWD
cache=${XDG_CACHE_HOME:-$HOME/.cache}/roger/hil
python=$repo/.venv/bin/python
mkdir -p "$cache/results"

skip() {
    printf 'hil: skipped, %s\n' "$1"
    exit 0
}

step() {
    printf 'hil: %s (%s s)\n' "$1" "$(($(date +%s) - began))"
}

install() { # COMMAND PACKAGE: the package, where the command is missing
    command -v "$1" >/dev/null && return
    [ "$(id -u)" = 0 ] || skip "$1 is missing and this is not root; run: sudo apt install $2"
    [ -n "${updated:-}" ] || apt-get update -qq || true
    updated=yes
    apt-get -o DPkg::Lock::Timeout=500 install -y -qq --no-install-recommends "$2" >/dev/null ||
        skip "the package $2 cannot be installed"
}

began=$(date +%s)
[ "$(uname -sm)" = "Linux x86_64" ] || skip "it needs Linux on x86-64"
command -v apt-get >/dev/null || skip "it needs Debian's packages"
install qemu-system-x86_64 qemu-system-x86
install busybox busybox-static
install depmod kmod
install file file
install aplay alsa-utils
install mke2fs e2fsprogs
install strace strace
install espeak-ng espeak-ng
[ -e /usr/share/seabios/bios-256k.bin ] || install seabios-is-missing seabios
if [ ! -f /usr/include/portaudio.h ]; then install portaudio-is-missing portaudio19-dev; fi
sh scripts/setup.sh dev device >/dev/null
.venv/bin/roger models fetch whisper-tiny.en >/dev/null
sh scripts/hil/kernel.sh "$cache" || skip "Debian's kernel cannot be fetched"
kernel=$(cat "$cache/kernel")
vng=$cache/vng
if ! cmp -s scripts/hil/requirements.txt "$vng/installed.txt"; then
    rm -rf "$vng"
    "$python" -m venv "$vng"
    "$vng/bin/pip" install --disable-pip-version-check -q -r scripts/hil/requirements.txt
    cp scripts/hil/requirements.txt "$vng/installed.txt"
fi
exec 8>"$cache/lock" # one guest at a time, whichever checkout it is for
flock 8
step "all is there"

sh scripts/hil/images.sh "$cache"
step "the guest's disks are made"

results=$cache/results
rm -f "$results"/*
printf '%s\n' "$@" >"$results/arguments"
touch "$results/tests.log"
tail -f "$results/tests.log" &
tail=$!
PATH=$vng/bin:$PATH timeout 1800 vng --force-9p --disable-kvm --disable-microvm --memory 1500M --cpus 1 \
    --run "$cache/root/usr/lib/modules/$kernel/vmlinuz" \
    --rwdir "$results" \
    --qemu-opts="-drive file=$cache/base.ext4,format=raw,if=virtio,readonly=on" \
    --qemu-opts="-drive file=$cache/code.ext4,format=raw,if=virtio,readonly=on" \
    --qemu-opts="-icount shift=0" \
    --qemu-opts="-append 'console=ttyS0 panic=-1 quiet mitigations=off init=$cache/guest.sh'" \
    -- true </dev/null >"$results/guest.log" 2>&1 &
guest=$!
trap 'kill $tail $guest 2>/dev/null || true' EXIT INT TERM
wait "$guest" || true
sleep 1
kill "$tail"
trap - EXIT INT TERM
status=$(cat "$results/status" 2>/dev/null || echo none)
step "the guest has ended"
if [ "$status" != 0 ]; then
    [ "$status" != none ] || { echo "hil: the guest never came to the tests; see $results/guest.log"; tail -5 "$results/guest.log"; }
    exit 1
fi
[ $# != 0 ] || python3 scripts/proven.py record hil "$(tail -1 "$results/tests.log" | tr -d '=') in the guest, $(($(date +%s) - began)) s in all"
