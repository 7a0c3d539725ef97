#!/bin/sh
# keys.sh [FOLDER]: the key that signs releases, made once and kept out of git, and its certificate for the image.
set -eu
folder=${1:-"$(dirname "$0")/keys"}
key=$folder/release.key.pem cert=$folder/release.cert.pem
if [ -e "$cert" ]; then echo "$cert is there already"; exit 0; fi
mkdir -p "$folder"
(
    umask 077
    openssl req -x509 -newkey rsa:4096 -nodes -days 7300 -subj "/O=Roger/CN=Roger release" \
        -keyout "$key" -out "$cert.new" 2>/dev/null
)
chmod 644 "$cert.new"
mv "$cert.new" "$cert"
echo "$key signs releases: keep a copy, and keep it secret"
echo "$cert goes into the image: it installs only what this key signed"
