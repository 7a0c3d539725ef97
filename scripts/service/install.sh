#!/bin/sh
# Makes Roger a service of this computer: starts with it, and again when it ends. For Raspberry Pi OS and other Debians.
# Usage: sudo sh scripts/service/install.sh [--config FOLDER] [--uninstall [--purge]]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$(dirname -- "$here")")
units=/etc/systemd/system
rules=/etc/udev/rules.d/90-roger-splash.rules
config=/etc/roger

fail() {
    printf 'install: %s\n  %s\n' "$1" "$2" >&2
    exit 2
}

uninstall() {
    systemctl disable --now roger.service 2>/dev/null || true
    rm -rf "$units/roger.service" "$units/roger.service.d" "$units/roger-splash@.service" "$units/roger-splash@.service.d" "$rules"
    systemctl daemon-reload
    if [ "${1:-}" = --purge ]; then
        rm -rf /var/lib/roger /etc/roger
        ! getent passwd roger >/dev/null || userdel roger
        echo "Roger is no service any more, and nothing of it is left but $root"
    else
        echo "Roger is no service any more. /var/lib/roger and /etc/roger are still there; --purge removes them, too"
    fi
}

add_user() {
    for group in gpio i2c audio video; do
        getent group "$group" >/dev/null || groupadd --system "$group"
    done
    getent passwd roger >/dev/null ||
        useradd --system --user-group --home-dir /var/lib/roger --shell /usr/sbin/nologin roger
}

# The units say where the image has things; these say where this computer has them.
drop_in() {
    mkdir -p "$units/$1.d"
    {
        echo "# Made by scripts/service/install.sh. Your own additions belong into another file of this folder."
        echo "[Service]"
        printf 'ExecStart=\nExecStart=%s\n' "$2"
        echo "ProtectHome=tmpfs" # the box hides homes, but for what is needed of them, to be read
        python=$(readlink -f "$root/.venv/bin/python")
        for path in "$root" "$config" "$(dirname -- "$(dirname -- "$python")")"; do
            case $path in /home/* | /root/*) echo "BindReadOnlyPaths=$path" ;; esac
        done
        if [ "$1" = roger.service ]; then echo "Environment=ROGER_MODELS=$root/models/weights"; fi
    } >"$units/$1.d/installed.conf"
}

install_all() {
    mkdir -p "$config" /etc/roger
    for name in roger actions screens; do
        [ -e "$config/$name.yaml" ] || install -m 644 "$root/config/$name.yaml" "$config/$name.yaml"
    done
    if [ ! -e /etc/roger/environment ]; then
        (umask 077 && echo "# VARIABLE=value, for !env in roger.yaml, such as OPENAI_API_KEY=..." >/etc/roger/environment)
    fi
    install -m 644 "$here/roger.service" "$here/roger-splash@.service" "$units/"
    install -D -m 644 "$here/90-roger-splash.rules" "$rules"
    drop_in roger.service "$root/.venv/bin/roger run --config $config"
    drop_in roger-splash@.service "$root/.venv/bin/python -I -m controller.splash %I $config"
    systemctl daemon-reload
    udevadm control --reload 2>/dev/null || true
    systemctl enable roger.service
    systemctl restart roger.service ||
        fail "Roger was installed, but did not start" "see why: journalctl -u roger -n 50"
}

purge=
action=install
while [ $# -gt 0 ]; do
    case $1 in
    --uninstall) action=uninstall ;;
    --purge) purge=--purge ;;
    --config)
        [ $# -gt 1 ] || fail "--config needs a folder" "such as: --config /home/pi/my-roger"
        config=$(realpath -m -- "$2")
        shift
        ;;
    *) fail "there is no $1" "sudo sh scripts/service/install.sh [--config FOLDER] [--uninstall [--purge]]" ;;
    esac
    shift
done

[ "$(id -u)" = 0 ] || fail "only root may install a service" "run: sudo sh scripts/service/install.sh"
command -v systemctl >/dev/null || fail "there is no systemd here" "run it yourself: .venv/bin/roger run"
if [ "$action" = uninstall ]; then
    uninstall $purge
    exit 0
fi
[ -x "$root/.venv/bin/roger" ] || fail "Roger itself is not installed" "run first, without sudo: sh scripts/setup.sh device"
add_user
install_all
echo "Roger is a service: systemctl status roger    Its settings: $config"
