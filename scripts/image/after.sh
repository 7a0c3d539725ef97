#!/bin/sh
# After the last package (bdebstrap runs it; $1: the root): nothing that would be the same on every device, or not twice.
set -eu
root=$1

download() { APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get download -qq "$1" && dpkg-deb -x "$1"_*.deb . && rm "$1"_*.deb; }

# What lgpio is compiled against; it does not belong into the image.
cd "$HEADERS"
download libpython3.13-dev
rm -rf usr/lib usr/share

# The package ca-certificates takes minutes, emulated, to write what is one file in the end.
download ca-certificates
mkdir -p "$root/etc/ssl/certs" "$root/usr/lib/ssl"
cat usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
ln -sf /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
mkdir -p "$root/usr/share/doc/ca-certificates"
cp usr/share/doc/ca-certificates/copyright "$root/usr/share/doc/ca-certificates/"
rm -rf usr/share

depmod -b "$root" "$(basename "$root"/usr/lib/modules/*)"
systemd-hwdb --root="$root" --usr update

rm -rf "$root/host-dpkg-deb" "$root"/usr/local/sbin/*
rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/systemd/random-seed" "$root/var/lib/dbus/machine-id"
rm -f "$root"/var/log/*.log "$root"/var/log/apt/* "$root"/var/cache/ldconfig/aux-cache "$root"/var/cache/debconf/*-old
rm -f "$root"/var/lib/dpkg/*-old "$root"/etc/*- "$root"/etc/.pwd.lock
: >"$root/etc/machine-id" # empty, not missing: systemd makes one at each start, and no boot is taken for the first
