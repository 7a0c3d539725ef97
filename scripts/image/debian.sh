# Sourced by build.sh: Debian's packages, and a Python that compiles.

debian_key() { key $here/rootfs.yaml $here/before.sh $here/after.sh; }

debian() {
    local from kept=$cache/debian-$(debian_key)
    if [ ! -f "$kept/root.tar" ]; then
        from=$(mirrors)
        rm -rf "$kept.making"
        mkdir -p "$kept.making/headers"
        # its times do not depend on this commit, so that it is the same for all that have the same packages
        SOURCE_DATE_EPOCH=$(git log -1 --format=%ct -- $here/rootfs.yaml $here/before.sh $here/after.sh)
        SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$epoch} PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            bdebstrap --config $here/rootfs.yaml --env HOOKS=$here --env HEADERS="$kept.making/headers" \
            --mirrors "$from" --format tar --target root.tar --output "$kept.making/out" --force
        mv "$kept.making/out/root.tar" "$kept.making/"
        rm -rf "$kept.making/out" "$kept"
        mv "$kept.making" "$kept"
    fi
    rm -rf "$root"
    mkdir -p "$root"
    tar -xpf "$kept/root.tar" -C "$root"
}

# A Python of the image's version and this machine's processor: an emulated one takes a quarter of an hour to compile all.
python() {
    local from kept=$cache/python-$(debian_key)
    if [ ! -d "$kept" ]; then
        rm -rf "$kept.making"
        from=$(mirrors)
        mapfile -t lines < <(tr ',' '\n' <<<"$from")
        mmdebstrap --variant=extract --architectures="$(dpkg --print-architecture)" --include=python3.13 \
            --keyring=/usr/share/keyrings/debian-archive-keyring.gpg --aptopt='APT::Install-Recommends "false"' \
            trixie "$kept.making" "${lines[@]}"
        mkdir -p "$kept.making/mnt" "$kept.making/dev"
        for folder in bin lib lib64; do ln -s "usr/$folder" "$kept.making/$folder"; done
        mv "$kept.making" "$kept"
    fi
    cp "$kept/usr/lib/python3.13/py_compile.py" "$root/usr/lib/python3.13/"
    compile /usr/lib/python3 /usr/lib/python3.13
}

# compile FOLDER...: what Python compiles is never looked at again, because the root cannot change
compile() {
    local native=$cache/python-$(debian_key)
    unshare --mount sh -eu -c 'native=$1 root=$2; shift 2; mount --rbind /dev "$native/dev"; mount --bind "$root" "$native/mnt"
        for folder; do
            chroot "$native" python3.13 -m compileall -q -j 0 -s /mnt -p / --invalidation-mode unchecked-hash "/mnt$folder"
        done' - "$native" "$root" "$@"
}
