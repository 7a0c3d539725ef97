# Sourced by build.sh: how its steps are shown, and what they share.

fail() {
    printf 'image: %s\n  %s\n' "$1" "$2" >&2
    exit 2
}

# step TEXT COMMAND...: run it with its output in $out/build.log, and print how long it took.
step() {
    local text=$1 before=$SECONDS
    shift
    printf '%-60s' "$text"
    printf '\n== %s\n' "$text" >>"$out/build.log"
    set +e # no `|| ...`: bash would then go on after a failure inside
    (set -e; "$@") >>"$out/build.log" 2>&1 </dev/null
    local status=$?
    set -e
    if [ $status != 0 ]; then
        printf 'failed\n'
        tail -n 20 "$out/build.log" >&2
        fail "\"$text\" failed" "all of it is in $out/build.log"
    fi
    printf '%4d s\n' $((SECONDS - before))
}

# key FILE...: what these files are, in 16 digits
key() { cat "$@" | sha256sum | cut -c1-16; }

# inside ROOT COMMAND...: run a program of the image (the host's qemu-aarch64 carries it out)
inside() {
    local root=$1
    shift
    unshare --mount --pid --fork --mount-proc="$root/proc" chroot "$root" \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" "$@"
}

# mirrors: lines of apt for Debian 13, from the mirror that this machine itself uses
mirrors() {
    local base security
    base=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | head -n 1)
    security=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E 'security/?$' | head -n 1)
    [ -n "$base" ] || fail "apt's sources name no mirror of Debian" "add one, of any release, to /etc/apt/sources.list"
    security=${security:-${base%/}-security}
    for suite in trixie trixie-updates trixie-backports; do
        printf 'deb %s %s main non-free-firmware,' "$base" $suite
    done
    printf 'deb %s trixie-security main non-free-firmware' "$security"
}
