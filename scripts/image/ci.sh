#!/bin/sh
# For .ci/run: makes and starts the image if anything that this covers has changed and the machine can; else says why not.
set -eu
cd "$(dirname "$0")/../.."
if python3 scripts/proven.py check boot-test; then
    echo "image: not made; nothing that its boot test covers has changed since it passed"
elif [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "image: not made; that needs root and Debian's packages. What its boot test covers HAS changed"
elif [ "$(awk '/MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)" -lt 4 ] || [ "$(df --output=avail -k . | tail -1)" -lt 12582912 ]; then
    echo "image: not made; that needs 4 GB of free memory and 12 GB of disk. What its boot test covers HAS changed"
else
    make image boot-test
fi
