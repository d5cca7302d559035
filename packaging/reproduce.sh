#!/bin/sh
# Builds the agent for Linux of this commit twice, in two folders with other names, and
# compares the packages byte for byte.
set -eu
cd "$(dirname "$0")/.."
git diff --quiet HEAD || { echo "there are changes that are in no commit" >&2; exit 2; }
eval "$(packaging/version.sh)"
room=$PWD/target/reproduce
rm -rf "$room"
for folder in one another/deeper; do
    git clone --quiet . "$room/$folder"
    mkdir -p "$room/$folder/target"
    # Of the same compiler: what is compared is what it makes of us.
    ln -s "$PWD/target/sysroot" "$PWD/target/zig" "$room/$folder/target/"
    (cd "$room/$folder" && packaging/packages.sh --only-linux)
done
cd "$room/one/target/packages/$VERSION"
for file in *; do
    cmp "$file" "$room/another/deeper/target/packages/$VERSION/$file"
    echo "the same: $file"
done
