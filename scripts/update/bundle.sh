#!/bin/sh
# bundle.sh IMAGE OUT.raucb: packs boot and root partition of a built image into one signed file for `roger update`.
#   ROGER_RELEASE_KEY, ROGER_RELEASE_CERT   another key than the one of `make release-key`
#   VERSION, COMPATIBLE                     what the image says in /etc/roger-release, where it cannot be read
set -eu
image=$1 out=$2
here=$(dirname "$0")
key=${ROGER_RELEASE_KEY:-$here/keys/release.key.pem}
cert=${ROGER_RELEASE_CERT:-$here/keys/release.cert.pem}
for file in "$image" "$key" "$cert"; do
    if [ ! -r "$file" ]; then echo "$file is missing: make image, make release-key" >&2; exit 1; fi
done
work=$(mktemp -d "${TMPDIR:-/tmp}/bundle.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/bundle"

partition() {  # partition NUMBER: its start and size in sectors
    sfdisk -d "$image" | tr -d ' ' | sed -n "s/^[^#]*[^0-9]$1:start=\([0-9]*\),size=\([0-9]*\),.*/\1 \2/p"
}

cut_out() {  # cut_out NUMBER FILE
    # shellcheck disable=SC2046
    set -- "$2" $(partition "$1")
    dd if="$image" of="$1" bs=512 skip="$2" count="$3" iflag=fullblock conv=sparse status=none
}

trim() {  # a squashfs says how long it is: the rest of the partition need not be written
    [ "$(head -c 4 "$1")" = hsqs ] || return 0
    used=$(od -An -t u8 -j 40 -N 8 "$1" | tr -d ' ')
    truncate -s $(((used + 4095) / 4096 * 4096)) "$1"
}

release() { sed -n "s/^$1=//p" "$work/roger-release" | tr -d '"'; }

cut_out 2 "$work/bundle/boot.img"
cut_out 5 "$work/bundle/root.img"
trim "$work/bundle/root.img"
cp "$here/hook.sh" "$work/bundle/hook.sh"
unsquashfs -cat "$work/bundle/root.img" etc/roger-release >"$work/roger-release" 2>/dev/null ||
    debugfs -R 'cat /etc/roger-release' "$work/bundle/root.img" >"$work/roger-release" 2>/dev/null || true
version=${VERSION:-$(release VERSION)}
compatible=${COMPATIBLE:-$(release COMPATIBLE)}
if [ -z "$version" ]; then echo "$image has no /etc/roger-release: set VERSION" >&2; exit 1; fi
cat >"$work/bundle/manifest.raucm" <<EOF
[update]
compatible=${compatible:-roger-rpi64}
version=$version

[bundle]
format=plain

[hooks]
filename=hook.sh

[image.rootfs]
filename=root.img

[image.boot]
filename=boot.img
hooks=install;
EOF
rm -f "$out"
rauc bundle --cert="$cert" --key="$key" --mksquashfs-args="-comp zstd -Xcompression-level 9 -all-root -no-progress" \
    "$work/bundle" "$out" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
echo "$out: version $version for ${compatible:-roger-rpi64}, $(stat -c %s "$out") bytes"
