#!/bin/sh
# Makes macOS' installer package of built agents, one for each kind of processor:
#
#   packaging/macos/pkg.sh PROGRAM… OUT.pkg
#
# The same programs give the same bytes. Times are SOURCE_DATE_EPOCH, or that of the
# last commit. The package is not signed, and programs go in as they are: whoever
# publishes signs programs before, and the package after.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ $# -lt 2 ]; then
    sed -n 's/^# \{0,1\}//; 2,4p' "$0" >&2
    exit 2
fi
version=$(sed -n '/^\[workspace\.package\]/,/^$/s/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml")
time=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
exec python3 -B "$root/packaging/macos/pkg" "$version" "$time" "$@"
