#!/bin/sh
# Judges every program of Debian main by its name and path: none may be more
# than a lead. Fetches Debian's index of contents from where this machine gets
# its packages; what apt knows of this machine stays as it is.
set -eu
cd "$(dirname "$0")/.."

state=target/names
mkdir -p "$state/lists/partial" "$state/cache"
index() {
    set -- "$@" -o Dir::State::Lists="$PWD/$state/lists" -o Dir::Cache="$PWD/$state/cache"
    # Where there is no such index, apt leaves it out and says nothing.
    # shellcheck disable=SC2016
    "$@" -o APT::Sandbox::User="$(id -un)" \
        -o Acquire::IndexTargets::deb::Contents-deb::MetaKey='$(COMPONENT)/Contents-$(ARCHITECTURE)' \
        -o Acquire::IndexTargets::deb::Contents-deb::ShortDescription=Contents \
        -o Acquire::IndexTargets::deb::Contents-deb::Description='$(RELEASE) Contents'
}
echo "Fetching Debian's index of contents …"
index apt-get update -qq
index apt-get indextargets --format '$(FILENAME)' \
    'Created-By: Contents-deb' 'Component: main' >"$state/files"
[ -s "$state/files" ] || { echo "there is no index of contents of main" >&2; exit 2; }

cargo build --locked --package agent --package tests
# apt may keep it compressed, and reads it itself.
while read -r file; do /usr/lib/apt/apt-helper cat-file "$file"; done <"$state/files" |
    target/debug/names
