#!/bin/sh
# Compiles Rust's standard library for a target, into target/sysroot, from the
# sources that Debian has of exactly the compiler that is installed here.
#
#   packaging/std.sh TARGET
set -eu
target=$1
cd "$(dirname "$0")/.."
version=$(rustc -vV | sed -n 's/^release: //p')
room=$PWD/target/sysroot
there=$room/lib/rustlib/$target/lib
# Where it was compiled is not in it: packages are the same wherever they are built.
made="$version, without paths"
[ "$(cat "$there/version" 2>/dev/null)" != "$made" ] || exit 0

# Debian's own compiler is another version; a newer suite than this machine's may
# have the sources of ours. Nothing is installed: apt works in a folder of its own.
fetch() {
    echo "missing: the sources of Rust $version's standard library; fetching Debian's rust-src"
    rm -rf "$room" && mkdir -p "$room/apt/lists/partial" "$room/apt/archives/partial" "$room/apt/parts"
    : >"$room/apt/status"
    # shellcheck disable=SC2016
    site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)
    [ -n "$site" ] || { echo "no source of Debian packages is set up here" >&2; exit 1; }
    for suite in trixie-backports forky sid experimental; do
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site $suite main" \
            >"$room/apt/sources"
        apt apt-get -qq update
        package=$(apt apt-cache madison rust-src | sed -n "s/ //g; s/^rust-src|\($version+[^|]*\)|.*/\1/p")
        [ -n "$package" ] || continue
        package=$(echo "$package" | head -n 1)
        (cd "$room/apt" && apt apt-get -qq download "rust-src=$package")
        dpkg-deb --fsys-tarfile "$room"/apt/rust-src_*.deb |
            tar -x -C "$room" --strip-components=4 "./usr/src/rustc-$version/library"
        rm -r "$room/apt"
        return
    done
    echo "no suite of Debian has the sources of Rust $version" >&2
    exit 1
}

apt() {
    program=$1
    shift
    "$program" -o Dir::Etc::SourceList="$room/apt/sources" -o Dir::Etc::SourceParts="$room/apt/parts" \
        -o Dir::State::Lists="$room/apt/lists" -o Dir::State::status="$room/apt/status" \
        -o Dir::Cache="$room/apt" -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}

[ "$(cat "$room/version" 2>/dev/null)" = "$version" ] || {
    fetch
    echo "$version" >"$room/version"
}

# Cargo compiles it as a dependency of an empty crate. The features this takes are
# the unstable ones Rust's own build uses, so the stable compiler is told to allow them.
echo "missing: a standard library for $target; compiling it"
# What was built with another one is of no use any more, and cargo would not know.
rm -rf "$there" "target/$target" && mkdir -p "$there" "$room/empty/src"
: >"$room/empty/src/lib.rs"
printf '[package]\nname = "empty"\nedition = "2024"\n[workspace]\n' >"$room/empty/Cargo.toml"
# With its bitcode, for builds that are optimized as a whole.
RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT=$room/library CARGO_TARGET_DIR=$room/made \
    RUSTFLAGS="-C embed-bitcode=yes --remap-path-prefix=$room/library=/std" cargo build --quiet --release --manifest-path "$room/empty/Cargo.toml" --target "$target" \
    -Z build-std=std,panic_unwind,test
rm "$room/made/$target"/release/deps/libempty-*.rlib
mv "$room/made/$target"/release/deps/lib*.rlib "$there"
# What programs of MinGW begin and end with.
case $target in *-windows-gnu)
    for part in rsbegin rsend; do
        RUSTC_BOOTSTRAP=1 rustc --target "$target" --crate-type=lib --emit=obj -o "$there/$part.o" \
            "$room/library/rtstartup/$part.rs"
    done
    ;;
esac
rm -r "$room/made" "$room/empty"
echo "$made" >"$there/version"
