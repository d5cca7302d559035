#!/bin/sh
# Writes what a linker wants to see of macOS' frameworks: that they are there. What
# is in them only a Mac can say, so names are looked up when the program starts. It
# proves that the agent can be linked, and nothing about whether it runs.
#
#   packaging/macos/sdk.sh FOLDER
set -eu
folder=$1
stub() {
    mkdir -p "$(dirname "$folder$1")"
    cat >"$folder$1.tbd" <<END
--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos, x86_64-macos ]
install-name: '$2'
...
END
}
for name in CoreFoundation CoreServices Foundation IOKit OpenDirectory Security \
    SystemConfiguration; do
    place=/System/Library/Frameworks/$name.framework
    stub "$place/$name" "$place/Versions/A/$name"
done
stub /usr/lib/libobjc /usr/lib/libobjc.A.dylib
