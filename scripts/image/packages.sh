# Sourced by build.sh: Python's packages for arm64, without emulation.

# lgpio's wheels are for older Pythons, and its other versions are an empty stub. ($1: where to)
lgpio() {
    local headers=$cache/debian-$(debian_key)/headers/usr/include made=$out/work/lgpio
    rm -rf "$made"
    mkdir -p "$made"
    .venv/bin/pip download -q --no-deps --no-binary lgpio --dest "$made" lgpio==0.2.2.0
    echo "$LGPIO_SHA256 $made/lgpio-0.2.2.0.tar.gz" | sha256sum --check
    tar -xzf "$made/lgpio-0.2.2.0.tar.gz" -C "$made" --strip-components 1
    (cd "$made" && swig -python lgpio.i && aarch64-linux-gnu-gcc -O2 -shared -fPIC -pthread -Isrc -I"$headers/python3.13" \
        -I"$headers" -o _lgpio.so lgpio_wrap.c src/lg*.c src/rgpiod.c -lrt -ldl)
    install -m 644 "$made/_lgpio.so" "$1/_lgpio.cpython-313-aarch64-linux-gnu.so"
    install -m 644 "$made/lgpio.py" "$1/lgpio.py"
    cp -r "$made/lgpio.egg-info" "$1/lgpio-0.2.2.0.egg-info"
}

packages() {
    local kept=$cache/packages-$(key $here/requirements.txt $here/packages.sh)-$(debian_key).tar
    if [ ! -f "$kept" ]; then
        inside "$root" python3 -m venv --system-site-packages --without-pip $venv
        $uv pip install --target "$site" --python-platform aarch64-manylinux_2_28 --python-version 3.13 \
            --only-binary :all: --no-binary srt --require-hashes --link-mode copy -r $here/requirements.txt
        rm -rf "$site"/{bin,.lock} "$site"/onnx/backend/test "$site"/onnxruntime/{transformers,tools,datasets}
        find "$site" -type d -name tests -prune -exec rm -rf {} +
        lgpio "$site"
        compile $venv/lib
        tar -cf "$kept.making" -C "$root" "${venv#/}"
        mv "$kept.making" "$kept"
    fi
    rm -rf "${root:?}$venv"
    tar -xpf "$kept" -C "$root"
}

llama() {
    local kept=$cache/llama-$(key $here/packages.sh $here/aarch64.cmake)
    if [ ! -d "$kept" ]; then
        rm -rf "$kept.making"
        _PYTHON_HOST_PLATFORM=linux-aarch64 CMAKE_ARGS="-DCMAKE_TOOLCHAIN_FILE=$PWD/$here/aarch64.cmake -DGGML_NATIVE=OFF \
            -DGGML_OPENMP=ON -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TOOLS=OFF \
            -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_OPENSSL=OFF" \
            .venv/bin/pip wheel -q --no-deps --wheel-dir "$kept.making" llama-cpp-python==0.3.36
        mv "$kept.making" "$kept"
    fi
    $uv pip install --target "$site" --python-platform aarch64-manylinux_2_28 --python-version 3.13 --no-deps \
        "$kept"/llama_cpp_python-*.whl -c scripts/constraints.txt diskcache jinja2 markupsafe
    compile $venv/lib
}
