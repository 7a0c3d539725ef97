#!/bin/sh
# install.sh ROOT: what a device needs to be updated, into the root of an image. ROGER_RELEASE_CERT: another
# certificate than that of `make release-key`.
set -eu
root=$1
here=$(dirname "$0")
cert=${ROGER_RELEASE_CERT:-$here/keys/release.cert.pem}

[ -n "${ROGER_RELEASE_CERT:-}" ] || sh "$here/keys.sh"
if grep -q 'PRIVATE KEY' "$cert"; then echo "$cert holds a private key: that stays here" >&2; exit 1; fi
install -D -m 644 "$here/system.conf" "$root/etc/rauc/system.conf"
install -D -m 644 "$cert" "$root/etc/rauc/keyring.pem"
install -D -m 755 -t "$root/usr/lib/roger/update" "$here/tryboot-backend" "$here/roger-trial"
install -D -m 644 -t "$root/usr/lib/systemd/system" "$here/roger-booted.service" "$here/roger-good.service"
install -D -m 644 "$here/tmpfiles.conf" "$root/usr/lib/tmpfiles.d/roger-update.conf"
"$here/firmware/build.sh" "$root"
