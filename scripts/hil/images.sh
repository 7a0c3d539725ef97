#!/bin/sh
# images.sh CACHE: the guest's two disks. base.ext4 has Python, its packages and the weights, and is made again when those
# change; code.ext4 has the checkout. Over 9p alone every import would cost thousands of round trips.
set -eu
cache=$1
python=$PWD/.venv/bin/python
prefix=$("$python" -c 'import sys; print(sys.base_prefix)')
stage=$cache/stage
kernel=$(cat "$cache/kernel")

copy() { # FROM TO [TAR OPTIONS]
    from=$1 to=$2
    shift 2
    mkdir -p "$to"
    tar -C "$from" "$@" -cf - . | tar -C "$to" -xf -
}

image() { # FOLDER FILE
    size=$(($(du -sm "$1" | cut -f1) * 5 / 4 + 40))
    rm -f "$2.part"
    mke2fs -q -q -t ext4 -O ^has_journal -d "$1" "$2.part" "${size}M" >/dev/null
    mv "$2.part" "$2"
    rm -rf "$1"
}

made_of=$(printf '%s\n' "$prefix" "$PWD" && cat .venv/.roger-installed scripts/hil/images.sh models/weights/whisper-tiny.en/manifest.json)
if [ ! -f "$cache/base.ext4" ] || [ "$made_of" != "$(cat "$cache/base.made_of" 2>/dev/null)" ]; then
    rm -rf "$stage"
    copy .venv "$stage/venv" --exclude=gradio --exclude=pandas --exclude=llama_cpp --exclude=hf_xet --exclude=mypy \
        --exclude='*__mypyc*' --exclude=onnx --exclude=gguf --exclude=./lib64 --exclude=site-packages/lib
    ln -s lib "$stage/venv/lib64"
    [ "$prefix" = /usr ] || copy "$prefix" "$stage/python" --exclude=./lib/python3.*/site-packages \
        --exclude=./lib/python3.*/test --exclude='*.a' --exclude=./share
    copy models/weights/whisper-tiny.en "$stage/weights/whisper-tiny.en"
    image "$stage" "$cache/base.ext4"
    printf '%s' "$made_of" >"$cache/base.made_of"
fi
"$python" -m compileall -q -j 0 controller states config models tests
rm -rf "$stage"
mkdir -p "$stage/.venv" "$stage/models/weights" "$stage/modules/lib/modules/$kernel/kernel"
(
    cd "$cache/root/usr/lib/modules/$kernel"
    cp modules.* "$stage/modules/lib/modules/$kernel"
    for module in gpio-sim i2c-stub i2c-dev snd-aloop; do
        modprobe -d "$cache/root/usr" -S "$kernel" --show-depends "$module"
    done | sed -n "s,^insmod .*/$kernel/\([^ ]*\).*,\1,p" | sort -u | tar -cf - -T -
) | tar -C "$stage/modules/lib/modules/$kernel" -xf -
git ls-files -z --cached --others --exclude-standard | grep -zv '^docs/' | xargs -0 ls -d 2>/dev/null | tar -cf - -T - | tar -C "$stage" -xf -
find controller states config models tests -name '*.pyc' -not -path 'models/weights/*' | tar -cf - -T - | tar -C "$stage" -xf -
image "$stage" "$cache/code.ext4"
install -m 755 scripts/hil/guest.sh "$cache/guest.sh"
printf 'repo="%s"\nprefix="%s"\n' "$PWD" "$prefix" >"$cache/guest.env"
