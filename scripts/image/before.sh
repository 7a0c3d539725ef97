#!/bin/sh
# Before the first package is installed (bdebstrap runs it; $1: the root).
set -eu
root=$1
mkdir -p "$root/etc/kernel/postinst.d" "$root/etc/initramfs-tools" "$root/etc/ssh" "$root/boot/firmware"

# The initramfs is made once, at the end, and the boot partition by build.sh.
for hook in initramfs-tools z50-raspi-firmware; do
    printf '#!/bin/sh\nexit 0\n' >"$root/etc/kernel/postinst.d/$hook"
    chmod 755 "$root/etc/kernel/postinst.d/$hook"
done
echo 'update_initramfs=no' >"$root/etc/initramfs-tools/update-initramfs.conf"

# What takes minutes when emulated is left to build.sh, which has the host do it in seconds.
mkdir -p "$root/usr/lib/python3.13" "$root/usr/local/sbin"
: >"$root/usr/lib/python3.13/py_compile.py"
for program in py3compile depmod systemd-hwdb; do
    printf '#!/bin/sh\nexit 0\n' >"$root/usr/local/sbin/$program"
done

# With these there sshd's package makes no host keys; after.sh takes them away.
for kind in rsa ecdsa ed25519; do
    : >"$root/etc/ssh/ssh_host_${kind}_key"
done

# Unpacking is most of the work: the host's own dpkg-deb does it in a sixth of the time of an emulated one.
host=$root/host-dpkg-deb
mkdir -p "$host"
program=$(command -v dpkg-deb)
cp "$program" $(ldd "$program" | grep -o '/[^ ]*') "$host/"
loader=$(basename "$(ldd "$program" | grep -o '/[^ ]*ld-[^ ]*')")
printf '#!/bin/sh\nexec /host-dpkg-deb/%s --library-path /host-dpkg-deb /host-dpkg-deb/dpkg-deb "$@"\n' "$loader" \
    >"$root/usr/local/sbin/dpkg-deb"
chmod 755 "$root"/usr/local/sbin/*
