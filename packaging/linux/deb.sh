#!/bin/sh
# Builds both Debian packages into target/debian/ and looks them over.
# `deb.sh --no-build` takes the programs that are built already. The collector's
# package brings databases of places, made of lists that are fetched if need be.
set -eu
cd "$(dirname "$0")/../.."
target="${CARGO_TARGET_DIR:-$PWD/target}"

# pages PROGRAM FOLDER: man pages and completions, as the program writes them.
pages() {
    rm -rf "$2"
    mkdir -p "$2/man"
    "$1" man "$2/man" >/dev/null
    gzip -9n "$2"/man/*.1
    for shell in bash zsh fish; do
        "$1" completions "$shell" >"$2/$shell"
    done
}

command -v lintian >/dev/null || { echo "deb.sh: lintian is missing" >&2; exit 1; }
command -v cargo-deb >/dev/null || cargo install --locked cargo-deb
if [ "${1:-}" != --no-build ]; then
    cargo build --locked --profile small -p agent
    cargo build --locked --release -p collector
fi

rm -f "$target"/debian/*.deb
pages "$target/small/moored" "$target/small/pages"
pages "$target/release/moored-collector" "$target/release/pages"
rm -rf "$target/release/geo"
packaging/geo.sh "$target/release/geo" "$target/release/moored-collector"
for database in ipfire dbip-country geo-whois-asn-country asn; do
    [ -f "$target/release/geo/$database.ranges" ] || { echo "deb.sh: no database $database" >&2; exit 1; }
done
cargo deb --no-build --locked --profile small -p agent
cargo deb --no-build --locked -p collector
# Being root says nothing about a package.
lintian --allow-root --fail-on error "$target"/debian/*.deb
ls -l "$target"/debian/*.deb
