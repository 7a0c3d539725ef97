#!/bin/sh
# For .ci/run, once what the boot test covers has changed: makes and starts the image, or says why the machine cannot.
set -eu
cd "$(dirname "$0")/../.."
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "image: not made; that needs root and Debian's packages. What its boot test covers HAS changed"
elif [ "$(awk '/MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)" -lt 4 ] || [ "$(df --output=avail -k . | tail -1)" -lt 12582912 ]; then
    echo "image: not made; that needs 4 GB of free memory and 12 GB of disk. What its boot test covers HAS changed"
else
    make image boot-test
fi
