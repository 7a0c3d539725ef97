#!/bin/sh
# The guest's first process: loads drivers, puts the disks of images.sh where the checkout is, runs tests/hardware, and
# switches the guest off. It stands in for virtme-ng's own, which spends most of the time on udev and finds nothing.
cache=$(dirname "$0")
. "$cache/guest.env" # repo, prefix, results
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

load() {
    modprobe -d "$modules" -a "$@"
}

disk() { # MARK: mounts the disk that has this folder at /run/hil/MARK
    mkdir -p "/run/hil/$1"
    for device in /dev/vd?; do
        mount -t ext4 -o ro "$device" "/run/hil/$1"
        [ ! -d "/run/hil/$1/$1" ] || return 0
        umount "/run/hil/$1"
    done
    return 1
}

run() {
    set -eu
    mount -t sysfs sysfs /sys
    mount -t devtmpfs devtmpfs /dev 2>/dev/null || true
    mount -t tmpfs tmpfs /run
    mkdir -p /run/9p
    mount -t 9p -o trans=virtio,version=9p2000.L,access=any virtme.initmount0 /run/9p
    exec >/run/9p/tests.log 2>&1
    modules=$cache/root/usr
    load virtio_blk ext4 i2c-dev configfs gpio-sim
    disk venv
    disk controller
    mkdir -p /run/hil/modules; mount --bind /run/hil/controller/modules /run/hil/modules
    mount -t tmpfs tmpfs /tmp
    mount -t tmpfs tmpfs /dev/shm 2>/dev/null || { mkdir /dev/shm && mount -t tmpfs tmpfs /dev/shm; }
    mkdir -p "$repo" /dev/pts
    mount -t devpts devpts /dev/pts
    mount -t configfs configfs /sys/kernel/config
    mount -t tracefs tracefs /sys/kernel/tracing
    [ "$prefix" = /usr ] || { mkdir -p "$prefix" && mount --bind /run/hil/venv/python "$prefix"; }
    mount --bind /run/hil/controller "$repo"
    mount --bind /run/hil/venv/venv "$repo/.venv"
    mount --bind /run/hil/venv/weights "$repo/models/weights"
    # what gpiozero asks before it believes in GPIO numbers: a Raspberry Pi 4
    grep -v Revision /proc/cpuinfo >/run/cpuinfo
    echo "Revision : c03114" >>/run/cpuinfo
    mount --bind /run/cpuinfo /proc/cpuinfo
    export ROGER_HIL=/run/hil/modules HOME=/tmp XDG_STATE_HOME=/tmp/state XDG_CACHE_HOME=/tmp/cache LG_WD=/tmp
    export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 TERM=dumb LANG=C.UTF-8
    cd "$repo"
    echo "guest: the tests begin $(cut -d. -f1 /proc/uptime) s after power-on"
    status=0
    set --
    while IFS= read -r argument; do
        [ -z "$argument" ] || set -- "$@" "$argument"
    done </run/9p/arguments
    .venv/bin/python -m pytest --confcutdir=tests/hardware -p no:cacheprovider -p no:hypothesispytest -p no:anyio \
        -v --durations=12 -o faulthandler_timeout=600 tests/hardware "$@" || status=$?
    echo "guest: the tests end $(cut -d. -f1 /proc/uptime) s after power-on"
    dmesg >/run/9p/dmesg.log
    echo "$status" >/run/9p/status
}

mount -t proc proc /proc # what is seen there without it is the host's, by 9p
(run)
sync
busybox poweroff -f
