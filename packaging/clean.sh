#!/bin/sh
# Fetches a Debian with systemd and nothing else, for packages to be tried on, into
# target/clean/SUITE; or one with other packages of Debian's besides, into SUITE-NAME.
#
#   packaging/clean.sh bookworm|trixie [NAME PACKAGE,…]
set -eu
suite=$1 name=${2:-} packages=${3:-}
cd "$(dirname "$0")/.."
room=target/clean/$suite${name:+-$name}
[ ! -e "$room/complete" ] || exit 0
# shellcheck disable=SC2016
site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)
[ -n "$site" ] || { echo "no source of Debian packages is set up here" >&2; exit 1; }
echo "missing: a clean Debian $suite${name:+ with $name}; fetching it"
rm -rf "$room" && mkdir -p "$room"
debootstrap --variant=minbase --include="systemd-sysv,dbus${packages:+,$packages}" "$suite" "$room" "$site" >"$room.log" 2>&1
touch "$room/complete"
