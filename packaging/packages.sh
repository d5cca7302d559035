#!/bin/sh
# Builds everything that is handed out, into target/packages/: packages of agent and
# collector for each system, the parts they are made of (CycloneDX), checksums and,
# with a key, signatures.
#
#   packaging/packages.sh               all of it
#   packaging/packages.sh --no-build    of programs that were built before
#   packaging/packages.sh --only-linux  the agent for Linux on amd64
#
# MINISIGN_KEY: the content of a secret key's file; MINISIGN_PASSWORD: its password, if
# it has one. Without a key nothing is signed, and that is said.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
eval "$(packaging/version.sh)"
commit=$(git rev-parse HEAD)
git diff --quiet HEAD || commit=$commit-modified
export MOORED_COMMIT="$commit"
out=target/packages/$VERSION
echo "moored $VERSION, commit $commit"

# Where it was built is not in what is built.
cargo_home=${CARGO_HOME:-$HOME/.cargo}
remap="--remap-path-prefix=$root=/moored"
map="-ffile-prefix-map=$root=/moored"
for crates in "$cargo_home"/registry/src/*; do
    remap="$remap --remap-path-prefix=$crates=/crates"
    map="$map -ffile-prefix-map=$crates=/crates"
done
build() {
    echo "building $2 for $1 …"
    RUSTFLAGS="$remap" CFLAGS="$map" packaging/cross.sh "$1" build --quiet --locked --profile "$3" -p "$2"
}
built() {
    echo "target/$1/$2"
}
amd64=x86_64-unknown-linux-musl arm64=aarch64-unknown-linux-musl
rm -rf "$out" "$out.commit" target/packages/trees
mkdir -p "$out" target/packages/trees

# pack NAME ARCHITECTURE: for each way to install it on Linux.
pack() {
    [ "$1" = moored ] && profile=small || profile=release
    [ "$2" = amd64 ] && target=$amd64 rpm=x86_64 || target=$arm64 rpm=aarch64
    tree=target/packages/trees/$1-$2
    SPEAKER=$(built $amd64 "$profile/$1") packaging/linux/tree.sh "$1" "$(built "$target" "$profile/$1")" "$tree"
    packaging/linux/deb.sh "$1" "$tree" "$2" "$out/$1_$VERSION-1_$2.deb"
    packaging/linux/rpm.sh "$1" "$tree" "$rpm" "$out/$1-$VERSION-1.$rpm.rpm" >/dev/null
    packaging/linux/tar.sh "$tree" "$out/$1-$VERSION-linux-$2.tar.gz"
}

if [ "${1:-}" = --only-linux ]; then
    build linux agent small
    pack moored amd64
    exit 0
fi
if [ "${1:-}" != --no-build ]; then
    for platform in linux linux-arm windows windows-arm macos macos-intel; do
        build $platform agent small
    done
    build linux collector release
    build linux-arm collector release
fi

packaging/geo.sh target/packages/geo "$(built $amd64 release/moored-collector)"
export GEO="$root/target/packages/geo"
images=
for architecture in amd64 arm64; do
    pack moored $architecture
    pack moored-collector $architecture
    images="$images $architecture=target/packages/trees/moored-collector-$architecture"
done
# shellcheck disable=SC2086
packaging/linux/oci.py "$out/moored-collector-$VERSION-oci.tar" $images
packaging/windows/msi.sh "$(built x86_64-pc-windows-gnu small/moored.exe)" "$out/moored-$VERSION-x64.msi"
# wixl makes no packages for ARM: there the program alone is handed out.
cp "$(built aarch64-pc-windows-gnullvm small/moored.exe)" "$out/moored-$VERSION-windows-arm64.exe"
packaging/macos/pkg.sh "$(built aarch64-apple-darwin small/moored)" \
    "$(built x86_64-apple-darwin small/moored)" "$out/moored-$VERSION.pkg"
packaging/sbom.sh "$out"
packaging/seal.sh "$out"
packaging/look-over.sh "$out"
echo "$commit" >"$out.commit"
(cd "$out" && ls -l)
