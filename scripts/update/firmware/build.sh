#!/usr/bin/env bash
# build.sh ROOT: compiles roger_firmware.c for the kernel in ROOT, with that kernel's own headers, into ROOT.
# Needs gcc-aarch64-linux-gnu and make; the headers' programs are arm64 ones, run by qemu-user with ROOT's libraries.
set -euo pipefail
root=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
source "$here/../../image/steps.sh"
release=$(basename "$root"/usr/lib/modules/*)
cache=${ROGER_IMAGE_CACHE:-$HOME/.cache/roger/image}
kept=$cache/module-$release-$(key "$here"/*)

headers() {  # headers FOLDER: unpacks the kernel's headers there
    mkdir -p "$1"/{lists/partial,cache/archives/partial,debs}
    mirrors | tr ',' '\n' >"$1/sources.list"
    : >"$1/status"
    local options=(-qq -o "Dir::State::lists=$1/lists" -o "Dir::State::status=$1/status" -o "Dir::Cache=$1/cache"
        -o "Dir::Etc::sourcelist=$1/sources.list" -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root
        -o APT::Architecture=arm64 -o APT::Architectures=arm64)
    (cd "$1/debs" && apt-get "${options[@]}" update && apt-get "${options[@]}" download \
        "linux-headers-$release" "linux-headers-${release%-*}-common" "linux-kbuild-${release%-*}")
    for deb in "$1"/debs/*.deb; do dpkg-deb -x "$deb" "$1"; done
    rm "$1/usr/src/linux-headers-$release/vmlinux"  # only for type information, which nobody asks for
}

if [ ! -d "$kept" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    headers "$work/headers"
    cp -r "$here" "$work/module"
    QEMU_LD_PREFIX=$root make -s -C "$work/headers/usr/src/linux-headers-${release%-*}-common" M="$work/module" \
        KBUILD_OUTPUT="$work/headers/usr/src/linux-headers-$release" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- \
        CC="$work/module/cc" modules
    aarch64-linux-gnu-strip --strip-debug "$work/module/roger_firmware.ko"
    mkdir -p "$kept"
    mv "$work/module/roger_firmware.ko" "$kept/"
fi
install -D -m 644 "$kept/roger_firmware.ko" "$root/usr/lib/modules/$release/updates/roger_firmware.ko"
depmod -b "$root" "$release"
