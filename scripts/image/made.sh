# Sourced by build.sh: the tools, and what becomes of the root.

root=$(realpath -m "$out")/work/root
venv=/opt/roger/venv
site=$root$venv/lib/python3.13/site-packages
uv=$cache/tools/bin/uv

host_tools() {
    local packages=(bdebstrap mmdebstrap genimage qemu-user-static binfmt-support arch-test qemu-system-arm mtools dosfstools squashfs-tools
        device-tree-compiler xz-utils swig gcc-aarch64-linux-gnu make kmod python3-venv git)
    [ "$LLM" = 0 ] || packages+=(g++-aarch64-linux-gnu cmake ninja-build)
    if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get -o DPkg::Lock::Timeout=500 update -qq
        apt-get -o DPkg::Lock::Timeout=500 install -y -qq --no-install-recommends "${packages[@]}"
    fi
    mountpoint -q /proc/sys/fs/binfmt_misc || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    arch-test arm64 || update-binfmts --enable qemu-aarch64
    arch-test arm64
    [ -x "$uv" ] || { python3 -m venv "$cache/tools" && "$cache/tools/bin/pip" -q install uv==0.13.9; }
}

models() { .venv/bin/roger models fetch $MODELS; }

roger_itself() {
    local source=$out/work/source
    rm -rf "$source" "$out/work/wheel"
    mkdir -p "$source"
    git ls-files -co --exclude-standard -z | xargs -0 -n 1 sh -c '[ ! -e "$0" ] || printf "%s\0" "$0"' |
        tar --null -T - -cf - | tar -xf - -C "$source"
    $uv build -q --wheel --build-constraints scripts/constraints.txt --out-dir "$out/work/wheel" "$source"
    $uv pip install --no-cache --no-index --target "$site" --no-deps --link-mode copy "$out"/work/wheel/*.whl # a cache takes each wheel of this version for the same
    for part in controller config models states; do
        ! diff -rq "$source/$part" "$site/$part" | grep ' differ$' || fail "the image got other code than this" "remove $out/work"
    done
    rm -rf "$site"/{bin,.lock}
    rm -f "$site"/*.dist-info/uv_cache.json # when uv read the wheel
    sed -i '/uv_cache.json/d' "$site"/*.dist-info/RECORD
    compile $venv/lib/python3.13/site-packages/{controller,config,models,states}
    printf '#!%s/bin/python\nimport sys\n\nfrom controller.cli import main\n\nsys.exit(main())\n' $venv >"$root$venv/bin/roger"
    chmod 755 "$root$venv/bin/roger"
    ln -sfn $venv/bin/roger "$root/usr/bin/roger"
    install -d "$root/usr/local/bin" && ln -sfn $venv/bin/roger "$root/usr/local/bin/roger" # sudo roger doctor
    mkdir -p "$root/opt/roger/weights"
    for model in $MODELS; do cp -r "models/weights/$model" "$root/opt/roger/weights/"; done
    learnt
    printf 'VERSION=%s\nCOMPATIBLE=roger-rpi64\n' "$version" >"$root/etc/roger-release"
}

# What the shipped actions mean, which a Pi would take minutes to learn at its first start.
learnt() {
    rm -rf "$out/work/learnt" "$root/opt/roger/cache"
    XDG_CACHE_HOME=$(realpath "$out/work")/learnt .venv/bin/roger train --config config
    cp -r "$out/work/learnt/roger" "$root/opt/roger/cache"
}

root() {
    cp -r --no-preserve=ownership $here/files/. "$root/"
    roger_itself
    systemd-sysusers --root="$root"
    sed -i -E 's/^(pi|roger):[^:]*:[0-9]*:/\1:*:20000:/' "$root/etc/shadow"
    install -d -o 1000 -g 1000 -m 0700 "$root/home/pi"
    mkdir -p "$root"/{data,boot/roger,boot/firmware,var/lib/roger}
    printf 'pi ALL=(ALL) NOPASSWD:ALL\n' | install -D -m 0440 /dev/stdin "$root/etc/sudoers.d/pi"
    for name in hostname hosts localtime; do ln -sfn "../run/roger-settings/$name" "$root/etc/$name"; done
    ln -sfn ../run/NetworkManager/resolv.conf "$root/etc/resolv.conf"
    units
    rm -rf "$root"/boot/firmware/* "$root"/run/* "$root"/tmp/* "$root"/var/cache/apt "$root"/var/lib/apt
    touch "$root/etc/.updated" "$root/var/.updated" # else each boot would look for what an update has left to do
    touch -d "@$epoch" "$root/usr/lib/clock-epoch"  # it is never earlier than this
}

units() {
    local folder=$root/usr/lib/systemd/system unit
    install -m 644 -t "$folder" scripts/service/*.service
    install -m 644 -t "$root/usr/lib/udev/rules.d" scripts/service/*.rules
    install -D -m 644 -t "$root/usr/lib/roger" scripts/service/sshd_config
    scripts/update/install.sh "$root"
    for unit in "$folder"/roger*.service; do
        if grep -q '^\[Install\]' "$unit"; then systemctl --root="$root" enable "$(basename "$unit")"; fi
    done
    systemctl --root="$root" mask ssh.service ssh.socket getty@.service serial-getty@.service getty-static.service \
        dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer systemd-firstboot.service
    systemctl --root="$root" enable NetworkManager.service systemd-timesyncd.service
    systemctl --root="$root" disable NetworkManager-wait-online.service
}

initramfs() {
    local release kept
    cp -r --no-preserve=ownership $here/files/etc/initramfs-tools "$root/etc/"
    release=$(basename "$(echo "$root"/usr/lib/modules/*)")
    kept=$cache/initrd-$(find $here/files/etc/initramfs-tools -type f | sort | xargs cat | sha256sum | cut -c1-16)-$(debian_key)
    if [ ! -f "$kept" ]; then
        inside "$root" mkinitramfs -o /boot/initrd.making "$release"
        mv "$root/boot/initrd.making" "$kept"
    fi
    install -m 644 "$kept" "$root/boot/initrd.img"
}

boot_partition() {
    local boot=$out/work/parts/boot tree
    rm -rf "$boot"
    mkdir -p "$boot"
    cp $here/boot/*.txt "$boot/"
    cp "$root"/usr/lib/raspi-firmware/{start4.elf,fixup4.dat,bootcode.bin} "$boot/"
    mv "$root"/boot/vmlinuz-* "$boot/vmlinuz"
    mv "$root"/boot/initrd.img "$boot/initrd.img"
    rm -f "$root"/boot/{System.map,config,initrd}* "$root"/vmlinuz* "$root"/initrd*
    rm -rf "$root/usr/lib/raspi-firmware"
    cp "$root"/usr/lib/linux-image-*/broadcom/*.dtb "$boot/"
    for bus in i2c1:bcm2711 rp1_i2c1:bcm2712; do
        sed "s/BUS/${bus%:*}/" $here/boot/i2c.dtso | dtc -@ -I dts -O dtb -o "$out/work/i2c.dtbo" -
        for tree in "$boot/${bus#*:}"*-rpi-*.dtb; do
            fdtoverlay -i "$tree" -o "$tree" "$out/work/i2c.dtbo" || fail "$(basename "$tree") has no ${bus%:*}" "see $here/boot/i2c.dtso"
        done
    done
}

card() {
    local parts=$out/work/parts
    rm -rf "$parts/card" "$out/root.squashfs"
    mkdir -p "$parts/card/config"
    cp -r $here/card/. scripts/update/autoboot.txt "$parts/card/"
    cp config/{roger,actions,screens}.yaml "$parts/card/config/"
    find "$parts" -exec touch -h -d "@$epoch" {} +
    mksquashfs "$root" "$out/root.squashfs" -noappend -quiet -no-progress -comp zstd -Xcompression-level 15 -b 256K -xattrs \
        -wildcards -e 'proc/*' 'sys/*' 'dev/*' 'run/*'
    rm -rf "$out/work/genimage"
    genimage --config $here/genimage.cfg --rootpath "$parts" --tmppath "$out/work/genimage" --inputpath "$out" --outputpath "$out"
}

manifest() { python3 $here/manifest.py "$root" "$out"; }
