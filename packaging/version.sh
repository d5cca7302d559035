#!/bin/sh
# What a package says of itself, for a shell's eval: VERSION, which is the one in
# Cargo.toml, and SOURCE_DATE_EPOCH, the time of the commit. Either may be given.
set -eu
cd "$(dirname "$0")/.."
said=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
echo "export VERSION=${VERSION:-$said}"
echo "export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
