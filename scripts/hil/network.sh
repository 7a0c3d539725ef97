#!/bin/sh
# settings.txt against a real NetworkManager, a real message bus and a DHCP server, in a network of its own: what roger
# settings apply writes is loaded and read back, and what the screen would tell about the cable is printed. Needs root.
set -eu
cd "$(dirname "$0")/../.."
if [ $# = 0 ]; then
    for program in NetworkManager nmcli dbus-daemon busybox ip unshare; do
        command -v "$program" >/dev/null || { echo "network: skipped: $program is not installed"; exit 0; }
    done
    unshare -n -m true 2>/dev/null || { echo "network: skipped: it needs root"; exit 0; }
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    unshare -n -m sh "$0" "$work"
    exit
fi

work=$1
mkdir "$work/card"
cat >"$work/card/settings.txt" <<'END'
wifi_name = 우리집 "5G"; #1
wifi_password =  a\b;c#d "e"
END
.venv/bin/roger settings apply --card "$work/card" --root "$work/root" >"$work/apply.log"
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/NetworkManager
mount -t sysfs -o ro sysfs /sys # read-only: NetworkManager then waits for no udev
mkdir -p /run/dbus /run/netns /run/NetworkManager
cp -r "$work"/root/run/NetworkManager/* /run/NetworkManager
ip link set lo up
ip netns add router
ip link add eth7 type veth peer name r0 netns router
ip -n router address add 10.9.0.1/24 dev r0
ip -n router link set r0 up
printf 'start 10.9.0.20\nend 10.9.0.90\ninterface r0\noption subnet 255.255.255.0\nlease_file %s\n' "$work/leases" >"$work/dhcp"
touch "$work/leases"
printf '[main]\nplugins=keyfile\ndhcp=internal\ndns=none\nrc-manager=unmanaged\n[device]\nmatch-device=interface-name:eth7\nmanaged=1\n' >"$work/nm.conf"
ip netns exec router busybox udhcpd -f "$work/dhcp" 2>"$work/dhcp.log" &
dhcp=$!
dbus-daemon --system --nofork --nopidfile 2>"$work/dbus.log" &
bus=$!
sleep 1
NetworkManager --debug --config "$work/nm.conf" 2>"$work/nm.log" &
manager=$!
trap 'kill $manager $bus $dhcp; wait' EXIT
timeout 120 .venv/bin/python - <<'END'
import queue
from controller.adapters.news import News
from controller.clock import SystemClock

told = queue.SimpleQueue()
news = News("", SystemClock(), told.put)
part = None
while part is None or part.status != "ready":
    part = told.get(timeout=90).part
    print(f"network: {part.status} {part.detail}")
news.close()
assert part.detail.startswith("10.9.0."), part
END
read_back=$(nmcli --show-secrets --escape no -g 802-11-wireless.ssid,802-11-wireless-security.psk connection show roger-wifi)
[ "$read_back" = "$(printf '%s\n%s' '우리집 "5G"; #1' 'a\b;c#d "e"')" ] || { echo "network: read back: $read_back"; exit 1; }
echo "network: NetworkManager $(NetworkManager --version) has the name and the password as they were written"
