#!/bin/sh
# Makes a Debian package of a laid-out tree; the same tree gives the same bytes.
#
#   packaging/linux/deb.sh moored|moored-collector TREE amd64|arm64 OUT.deb
#
# VERSION and SOURCE_DATE_EPOCH are as packaging/version.sh tells; EFFORT is 0 to 9, for
# how small it is to be.
set -eu
name=$1 tree=$2 architecture=$3 out=$4
cd "$(dirname "$0")/../.."
eval "$(packaging/version.sh)"
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
umask 022
cp -a "$tree" "$room/tree"
here=$room/tree

install -D -m 644 packaging/linux/overrides/$name "$here/usr/share/lintian/overrides/$name"
sed "s/@NAME@/$name/; s/@VERSION@/$VERSION/; s/@DATE@/$(date -uRd "@$SOURCE_DATE_EPOCH")/" \
    packaging/linux/changelog | gzip -9n >"$here/usr/share/doc/$name/changelog.Debian.gz"

mkdir "$here/DEBIAN"
for script in packaging/linux/debian/*; do
    sed "s/@NAME@/$name/g" "$script" >"$here/DEBIAN/$(basename "$script")"
    chmod 755 "$here/DEBIAN/$(basename "$script")"
done
(cd "$here" && find etc -type f | sort | sed 's,^,/,') >"$here/DEBIAN/conffiles"
(cd "$here" && find usr -type f | LC_ALL=C sort | xargs -d '\n' md5sum) >"$here/DEBIAN/md5sums"
{
    echo "Package: $name"
    echo "Version: $VERSION-1"
    echo "Architecture: $architecture"
    echo "Maintainer: Moored maintainers <maintainers@moored.invalid>"
    echo "Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$here" | cut -f 1)"
    echo "Section: admin"
    echo "Priority: optional"
    cat "packaging/linux/debian.$name"
} >"$here/DEBIAN/control"
find "$here" -print0 | xargs -0 touch -hd "@$SOURCE_DATE_EPOCH"
dpkg-deb --root-owner-group -Zxz -z"${EFFORT:-6}" --build "$here" "$out" >/dev/null
