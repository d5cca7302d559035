#!/bin/sh
# Removes the agent from this Mac, with all that it has made: key, reports, log,
# configuration and receipt. The collector still lists the laptop: revoke it there.
#
#   uninstall.sh [--keep] [VOLUME]
#
# --keep leaves what a later installation needs to go on: configuration, key, waiting
# reports and signatures of your own.
set -u
keep=
if [ "${1:-}" = --keep ]; then
    keep=yes
    shift
fi
volume=${1:-/}
root=${volume%/}
home="$root/Library/Application Support/Moored"
label=org.moored.agent
case $volume in
-*)
    sed -n 's/^# \{0,1\}//; 2,8p' "$0" >&2
    exit 2
    ;;
esac
if [ ! -d "$volume" ] || { [ -z "$root" ] && [ "$(id -u)" != 0 ]; }; then
    echo "uninstall.sh: $volume is no volume, or you are not root" >&2
    exit 2
fi

[ -n "$root" ] || launchctl bootout "system/$label" 2>/dev/null
rm -f "$root/Library/LaunchDaemons/$label.plist"
if [ -n "$keep" ]; then
    while IFS= read -r file; do
        rm -f "$home/$file"
    done <"$home/packaged"
    # Families with signatures of your own stay.
    find "$home/signatures" -depth -type d -exec rmdir {} + 2>/dev/null
    rm -f "$home/moored" "$home/LICENSE" "$home/agent.toml.default" "$home/packaged"
    rm -f "$home/uninstall.sh"
else
    rm -rf "$home"
fi
rm -rf "$root/Library/Logs/Moored"

if [ -z "$root" ]; then
    # Each renewal of the certificate may have left an entry.
    while [ -z "$keep" ] && security delete-generic-password -s "$label" \
        /Library/Keychains/System.keychain >/dev/null 2>&1; do :; done
    launchctl print "system/$label" >/dev/null 2>&1 && echo "uninstall.sh: launchd still has $label" >&2
    pkgutil --forget "$label" >/dev/null 2>&1
fi
[ ! -e "$home/moored" ]
