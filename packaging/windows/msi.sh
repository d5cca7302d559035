#!/bin/sh
# Packs the agent for Windows: packaging/windows/msi.sh PROGRAM.exe OUT.msi
#
# The same program, signatures and configuration give the same bytes, whenever and wherever:
# every time in the package is SOURCE_DATE_EPOCH, or else that of the last commit, and its
# identifiers are made of what is in it. The version is Cargo.toml's, or MOORED_VERSION.
set -eu
[ $# = 2 ] || { sed -n 's/^# \{0,1\}//; 2p' "$0" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$1 out=$2
fail() {
    echo "msi.sh: $1" >&2
    exit 1
}
for tool in wixl msibuild msiinfo faketime; do
    command -v $tool >/dev/null || fail "$tool is missing: run \`make tools-targets\`"
done
[ -f "$program" ] || fail "there is no $program"

# Windows knows three numbers, of at most 255, 255 and 65535, and nothing behind them.
version=${MOORED_VERSION:-$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")}
version=${version%%[-+]*}
echo "$version" | grep -Eq '^[0-9]+\.[0-9]+\.[0-9]+$' || fail "$version is no version of three numbers"
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
export TZ=UTC LC_ALL=C

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
source=$room/source
mkdir "$source"
cp "$program" "$source/moored.exe"
cp -R "$root/config/signatures" "$source/signatures"
# The same settings, with the places of this platform.
sed -e "s|^state = .*|state = 'C:\\\\ProgramData\\\\Moored'|" \
    -e "s|^signatures = .*|signatures = 'C:\\\\Program Files\\\\Moored\\\\signatures'|" \
    -e 's/$/\r/' "$root/config/agent.toml" >"$source/agent.toml"
[ "$(grep -c "^[a-z]* = 'C:" "$source/agent.toml")" = 2 ] || fail "config/agent.toml names no places to change"
find "$source" -exec chmod u=rwX,go=rX {} + -exec touch -d "@$epoch" {} +

# An identifier made of a word, of all that is in the package and of how it is made.
contents=$(cd "$source" && find . -type f | sort | xargs -d '\n' sha256sum)
identifier() {
    printf '%s\n' "$1" "$version" "$epoch" "$contents" "$(cd "$root/packaging/windows" && cat moored.wxs msi.sh)" | sha256sum |
        sed 's/^\(.\{8\}\)\(....\).\(...\).\(...\)\(.\{12\}\).*/\U\1-\2-8\3-A\4-\5/'
}

# A list of the signatures as wixl reads it. Its own tool for that names folders at random.
signatures() {
    echo '<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi"><Fragment><DirectoryRef Id="SIGNATURES">'
    for family in "$source"/signatures/*/; do
        family=$(basename "$family")
        echo "<Directory Id='$(named "$family")' Name='$family'>"
        for file in "$source/signatures/$family"/*; do
            file=${file##*/}
            id=$(named "$family.$file")
            echo "<Component Id='$id' Guid='*' Win64='yes'>"
            echo "<File Id='$id' Source='source/signatures/$family/$file' KeyPath='yes'/></Component>"
            echo "$id" >>"$room/named"
        done
        echo "</Directory>"
    done
    echo '</DirectoryRef><ComponentGroup Id="Signatures">'
    sed "s/.*/<ComponentRef Id='&'\/>/" "$room/named"
    echo '</ComponentGroup></Fragment></Wix>'
}
named() { echo "Signature.$1" | tr -c 'A-Za-z0-9._\n' _; }
signatures >"$room/signatures.wxs"
[ "$(wc -l <"$room/named")" = "$(find "$source/signatures" -type f | wc -l)" ] || fail "some signature is in no family's folder"
cp "$root/packaging/windows/moored.wxs" "$room/"
(
    cd "$room"
    now=$(date -d "@$epoch" '+%Y-%m-%d %H:%M:%S')
    faketime -f "$now" wixl --arch x64 --output moored.msi \
        -D Version="$version" -D Product="$(identifier product)" -D Source=source \
        moored.wxs signatures.wxs
    # What wixl has no words for, or loses: what a program that installs for somebody else passes
    # on; that an action is for when the installation fails; that another's words are not logged.
    for change in \
        "\`Property\` SET \`Value\` = 'COLLECTOR;OTHER;PURGE;TOKEN' WHERE \`Property\` = 'SecureCustomProperties'" \
        "\`CustomAction\` SET \`Type\` = $((18 + 64 + 256 + 1024 + 2048)) WHERE \`Action\` = 'UnmakeService'" \
        "\`CustomAction\` SET \`Type\` = $((18 + 1024 + 2048 + 8192)) WHERE \`Action\` = 'Enroll'"; do
        faketime -f "$now" msibuild moored.msi -q "UPDATE $change"
    done
)
# Of its own accord wixl gives every package another code, at random.
code=$(msiinfo suminfo "$room/moored.msi" | sed -n 's/^Revision number.*{\(.*\)}/\1/p')
[ "$(grep -aoF "$code" "$room/moored.msi" | wc -l)" = 1 ] || fail "the package's code is not where it should be"
sed -i "s/$code/$(identifier package)/" "$room/moored.msi"
mkdir -p "$(dirname "$out")"
mv "$room/moored.msi" "$out"
