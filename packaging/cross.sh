#!/bin/sh
# Runs cargo for another platform, with what packaging/targets.sh has made:
#
#   packaging/cross.sh windows|macos COMMAND [ARGUMENT…]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
platform=$1 command=$2
shift 2
std="--sysroot $root/target/sysroot"
case $platform in
windows)
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="$std"
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER="$root/packaging/windows/wine.sh"
    exec cargo --config "$root/packaging/windows/cargo.toml" "$command" \
        --target x86_64-pc-windows-gnu "$@"
    ;;
macos)
    # What is in macOS' frameworks is looked up when the program starts.
    export CARGO_TARGET_AARCH64_APPLE_DARWIN_RUSTFLAGS="$std -C link-arg=-Wl,-undefined,dynamic_lookup"
    export SDKROOT="$root/target/zig/sdk" ZIG_GLOBAL_CACHE_DIR="$root/target/zig/cache"
    export CARGO_ZIGBUILD_ZIG_PATH="$root/target/zig/ziglang/zig"
    export CARGO_ZIGBUILD_CACHE_DIR="$root/target/zig/cache/zigbuild"
    exec "$root/target/zig/bin/cargo-zigbuild" "$command" --target aarch64-apple-darwin "$@"
    ;;
*)
    echo "usage: packaging/cross.sh windows|macos COMMAND [ARGUMENT…]" >&2
    exit 2
    ;;
esac
