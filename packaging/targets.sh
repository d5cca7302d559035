#!/bin/sh
# Makes what builds the agent for Windows and macOS here, and runs it on Wine:
# standard libraries, a linker, a Windows. All of it is below target/. With `packages`,
# also what is needed for the processors and systems that tests do not build for.
set -eu
cd "$(dirname "$0")/.."

packaging/std.sh x86_64-pc-windows-gnu
packaging/std.sh aarch64-apple-darwin
if [ "${1:-}" = packages ]; then
    for target in x86_64-apple-darwin aarch64-pc-windows-gnullvm x86_64-unknown-linux-musl \
        aarch64-unknown-linux-musl; do
        packaging/std.sh $target
    done
fi
packaging/windows/wine.sh

# They are in no package of Debian. Zig is a compiler of C, and a linker, for macOS.
zig=target/zig
versions="cargo-zigbuild==0.24.1 ziglang==0.17.1"
if [ "$(cat "$zig/version" 2>/dev/null)" != "$versions" ]; then
    echo "missing: Zig (compiles and links for macOS); installing it from PyPI, 420 MB"
    rm -rf "$zig"
    # shellcheck disable=SC2086
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
        --target "$zig" $versions
    echo "$versions" >"$zig/version"
fi
packaging/macos/sdk.sh "$zig/sdk"
