#!/bin/sh
# Runs a program for Windows on Wine, as cargo asks for it: wine.sh PROGRAM [ARGUMENT…]
# Without a program it makes the place where Wine keeps its Windows, once.
set -eu
room=$(cd "$(dirname "$0")/../.." && pwd)/target/wine
export WINEPREFIX="$room/prefix" WINEARCH=win64 WINEDEBUG="${WINEDEBUG:--all}"
# Debian's `wine` complains that it cannot run programs of 32 bits.
wine=/usr/lib/wine/wine64
[ -x "$wine" ] || wine=wine
[ $# = 0 ] || exec "$wine" "$@"

[ ! -e "$room/complete" ] || exit 0
echo "missing: a Windows for Wine; making one, 700 MB"
rm -rf "$room" && mkdir -p "$room"
{
    # Without a desktop, a browser engine and a .NET.
    WINEDLLOVERRIDES="mscoree,mshtml=" "$wine" wineboot --init
    "$wine" winecfg -v win10
} >"$room/log" 2>&1 || { cat "$room/log" >&2; exit 1; }
library=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll
[ -e "$library" ] ||
    x86_64-w64-mingw32-gcc -shared -o "$library" "$(dirname "$0")/bcryptprimitives.c" -ladvapi32
touch "$room/complete"
