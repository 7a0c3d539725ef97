#!/bin/sh
# Part of every bundle: writes the boot partition and points its command line to the root partition next to it.
# RAUC calls it with RAUC_SLOT_*; mtools writes the file, so nothing has to be mounted.
set -eu
[ "$1" = slot-install ] || exit 0

case "$RAUC_SLOT_NAME" in
    boot.0) root=05 slot=A ;;
    boot.1) root=06 slot=B ;;
    *) echo "$RAUC_SLOT_NAME is no slot of this release" >&2; exit 1 ;;
esac
device=$RAUC_SLOT_DEVICE
new=$(mktemp -d)
trap 'rm -r "$new"' EXIT

dd if="$RAUC_IMAGE_NAME" of="$device" bs=1M conv=notrunc,fsync status=none
mcopy -n -i "$device" ::/cmdline.txt "$new/was"
sed -e "s/\(root=PARTUUID=[0-9a-f]*\)-0[56]/\1-$root/" -e "s/ rauc\.slot=[AB]//" -e "s/\$/ rauc.slot=$slot/" \
    "$new/was" >"$new/cmdline.txt"
if ! grep -q "root=PARTUUID=[0-9a-f]*-$root " "$new/cmdline.txt"; then
    echo "cmdline.txt of this release names no root: $(cat "$new/was")" >&2
    exit 1
fi
mdel -i "$device" ::/cmdline.txt
mcopy -i "$device" "$new/cmdline.txt" ::/cmdline.txt
sync "$device"
