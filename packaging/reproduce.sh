#!/bin/sh
# Builds this commit a second time in a folder with another name, and compares the packages
# byte for byte:
#
#   packaging/reproduce.sh          the agent for Linux on amd64, built twice
#   packaging/reproduce.sh all      everything, with what `make packages` has made of this commit
set -eu
cd "$(dirname "$0")/.."
git diff --quiet HEAD || { echo "there are changes that are in no commit" >&2; exit 2; }
eval "$(packaging/version.sh)"
room=$PWD/target/reproduce
rm -rf "$room"

# build FOLDER [OPTION]: of the same compiler, as what is compared is what it makes of us, and
# of the same lists of addresses, as those of another day are others.
build() {
    git clone --quiet . "$room/$1"
    mkdir -p "$room/$1/target" target/geo
    ln -s "$PWD/target/sysroot" "$PWD/target/zig" "$PWD/target/geo" "$room/$1/target/"
    (cd "$room/$1" && packaging/packages.sh ${2:-})
}
made() {
    echo "$1/target/packages/$VERSION"
}

if [ "${1:-}" = all ]; then
    first=$(made .)
    [ "$(cat "$first.commit" 2>/dev/null)" = "$(git rev-parse HEAD)" ] || {
        echo "$first is not of this commit: make packages" >&2
        exit 2
    }
    build another/deeper
else
    build one --only-linux
    build another/deeper --only-linux
    first=$(made "$room/one")
fi
second=$(made "$room/another/deeper")
for file in "$first"/*; do
    name=${file##*/}
    case $name in *.minisig) continue ;; esac
    cmp "$file" "$second/$name"
    echo "the same: $name"
done
