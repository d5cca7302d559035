#!/bin/sh
# Runs cargo for another platform, with what packaging/targets.sh has made:
#
#   packaging/cross.sh PLATFORM COMMAND [ARGUMENT…]
#
# PLATFORM is windows, windows-arm, macos or macos-intel; linux or linux-arm, which
# need no library of the system; linux-glibc or linux-glibc-arm, which need glibc 2.17.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
platform=${1:-} command=${2:-}
zigbuild="$root/target/zig/bin/cargo-zigbuild"
std="--sysroot $root/target/sysroot"
suffix=
case $platform in
windows) target=x86_64-pc-windows-gnu ;;
windows-arm) target=aarch64-pc-windows-gnullvm ;;
macos) target=aarch64-apple-darwin ;;
macos-intel) target=x86_64-apple-darwin ;;
linux) target=x86_64-unknown-linux-musl ;;
linux-arm) target=aarch64-unknown-linux-musl ;;
# Rust comes with the standard library of the machine it is installed on.
linux-glibc) target=x86_64-unknown-linux-gnu suffix=.2.17 std= ;;
linux-glibc-arm) target=aarch64-unknown-linux-gnu suffix=.2.17 ;;
*)
    sed -n 's/^# \{0,1\}//; 2,7p' "$0" >&2
    exit 2
    ;;
esac
shift 2
flags="$std ${RUSTFLAGS:-}"
unset RUSTFLAGS
case $target in
# What is in macOS' frameworks is looked up when the program starts.
*-darwin)
    flags="$flags -C link-arg=-Wl,-undefined,dynamic_lookup"
    # The oldest macOS that still gets corrections.
    export MACOSX_DEPLOYMENT_TARGET=13.0
    ;;
# Zig brings the C library.
*-musl) flags="$flags -C link-self-contained=no" ;;
esac
export "CARGO_TARGET_$(echo "$target" | tr a-z- A-Z_)_RUSTFLAGS=$flags"
if [ "$platform" = windows ]; then
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER="$root/packaging/windows/wine.sh"
    exec cargo --config "$root/packaging/windows/cargo.toml" "$command" --target "$target" "$@"
fi
export SDKROOT="$root/target/zig/sdk" ZIG_GLOBAL_CACHE_DIR="$root/target/zig/cache"
export CARGO_ZIGBUILD_ZIG_PATH="$root/target/zig/ziglang/zig"
export CARGO_ZIGBUILD_CACHE_DIR="$root/target/zig/cache/zigbuild"
exec "$zigbuild" "$command" --target "$target$suffix" "$@"
