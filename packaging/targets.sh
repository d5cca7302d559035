#!/bin/sh
# Makes what builds the agent for Windows and macOS here, and runs it on Wine:
# standard libraries, a linker, a Windows. All of it is below target/. With `packages`,
# also what is needed for the processors and systems that tests do not build for.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=packaging/fetch.sh
. packaging/fetch.sh

packaging/std.sh x86_64-pc-windows-gnu
packaging/std.sh aarch64-apple-darwin
if [ "${1:-}" = packages ]; then
    for target in x86_64-apple-darwin aarch64-pc-windows-gnullvm x86_64-unknown-linux-musl \
        aarch64-unknown-linux-musl; do
        packaging/std.sh $target
    done
fi
packaging/windows/wine.sh

pypi zig "Zig (compiles and links for macOS), 420 MB" cargo-zigbuild==0.24.1 ziglang==0.17.1
packaging/macos/sdk.sh target/zig/sdk
