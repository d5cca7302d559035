#!/bin/sh
# Lays out, below FOLDER, what a package for Linux brings, of a program that is built:
#
#   packaging/linux/tree.sh moored|moored-collector PROGRAM FOLDER
#
# Man pages and completions are the program's own words; SPEAKER is the same program
# for this machine where PROGRAM is for another. The collector brings the databases of
# places that lie in GEO.
set -eu
name=$1 program=$2 folder=$3
cd "$(dirname "$0")/../.."
speaker=${SPEAKER:-$program}

# put MODE FILE… FOLDER
put() {
    mode=$1
    shift
    for last; do :; done
    mkdir -p "$folder/$last"
    while [ $# -gt 1 ]; do
        install -m "$mode" "$1" "$folder/$last/"
        shift
    done
}

rm -rf "$folder"
umask 022
mkdir -p "$folder"
install -D -m 755 "$program" "$folder/usr/bin/$name"
mkdir -p "$folder/usr/share/man/man1"
"$speaker" man "$folder/usr/share/man/man1" >/dev/null
gzip -9n "$folder"/usr/share/man/man1/*.1
for shell in bash:bash-completion/completions/$name zsh:zsh/vendor-completions/_$name \
    fish:fish/vendor_completions.d/$name.fish; do
    mkdir -p "$(dirname "$folder/usr/share/${shell#*:}")"
    "$speaker" completions "${shell%%:*}" >"$folder/usr/share/${shell#*:}"
done
put 644 packaging/linux/$name.service usr/lib/systemd/system
put 644 packaging/linux/copyright usr/share/doc/$name
case $name in
moored)
    # It may hold an enrolment token.
    put 600 config/agent.toml etc/moored
    for family in config/signatures/*/; do
        put 644 "$family"*.toml "usr/share/moored/signatures/$(basename "$family")"
    done
    put 644 docs/employees.md usr/share/doc/moored
    ;;
moored-collector)
    put 644 config/collector.toml etc/moored
    put 644 docs/collector.md docs/people.md docs/api.md docs/openapi.json docs/siem.md \
        docs/incidents.md usr/share/doc/moored-collector
    install -D -m 644 packaging/linux/moored-collector.sysusers \
        "$folder/usr/lib/sysusers.d/moored-collector.conf"
    [ -z "${GEO:-}" ] || put 644 "$GEO"/*.ranges usr/share/moored-collector/geo
    ;;
esac
