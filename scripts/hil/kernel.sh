#!/bin/sh
# kernel.sh CACHE: Debian's backports kernel for amd64, unpacked in CACHE/root; its version goes into CACHE/kernel.
# Nothing is installed: apt works on a list of its own. What is there already is used without asking the network.
set -eu
cache=$1
[ ! -s "$cache/kernel" ] || exit 0
apt=$cache/apt
keys=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -n -E 's,^(deb( \[[^]]*\])?|URIs:) +(https?://[^ ]*/debian)/?( .*)?$,\3,p' | head -1)
[ -n "$mirror" ] || { echo "hil: apt's sources name no mirror of Debian" >&2; exit 1; }
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$cache/root"
echo "deb [signed-by=$keys] $mirror trixie-backports main" >"$apt/sources.list"
cat >"$apt/apt.conf" <<END
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt";
APT::Architecture "amd64";
APT::Sandbox::User "root";
Acquire::Languages "none";
END
export APT_CONFIG="$apt/apt.conf"
apt-get -qq update
version=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: linux-image-\([0-9].*\)$/\1/p')
cd "$apt/archives"
apt-get -qq download "linux-base-$version" "linux-binary-$version" "linux-modules-$version"
for package in *.deb; do
    dpkg-deb -x "$package" "$cache/root"
done
depmod -b "$cache/root/usr" "$version"
rm -f ./*.deb
echo "$version" >"$cache/kernel"
