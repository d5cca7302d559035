#!/bin/sh
# Makes an rpm package of a laid-out tree; the same tree gives the same bytes.
#
#   packaging/linux/rpm.sh moored|moored-collector TREE x86_64|aarch64 OUT.rpm
#
# VERSION and SOURCE_DATE_EPOCH are as packaging/version.sh tells; EFFORT is 0 to 9, for
# how small it is to be.
set -eu
name=$1 tree=$(realpath "$2") architecture=$3 out=$4
cd "$(dirname "$0")/../.."
eval "$(packaging/version.sh)"
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
umask 022

# What is configuration, and of whom the rest is. Folders of other packages are not ours.
list() (
    cd "$tree"
    find etc -type f | LC_ALL=C sort | sed 's,^,%config(noreplace) /,'
    find usr -type d -path '*moored*' | LC_ALL=C sort | sed 's,^,%dir /,'
    find usr -type f ! -path 'usr/share/doc/*' | LC_ALL=C sort | sed 's,^,/,'
    find usr/share/doc -type f | LC_ALL=C sort | sed 's,^,%doc /,'
)
list >"$room/files"
license=Apache-2.0
# Its databases of places are others'.
[ ! -d "$tree/usr/share/moored-collector/geo" ] || license="Apache-2.0 AND CC-BY-4.0 AND CC-BY-SA-4.0"
# rpm counts its days in English and by UTC.
day=$(LC_ALL=C date -ud "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')
sed 's/^Description: \(.*\)/Summary: \1\n\n%description/; /^Depends:/d; s/^ //' \
    packaging/linux/debian.$name >"$room/description"
sed "s/@NAME@/$name/g; s/@VERSION@/$VERSION/g; s/@DATE@/$day/; s/@LICENSE@/$license/; /@DESCRIPTION@/{
    r $room/description
    d
}" packaging/linux/rpm.spec >"$room/$name.spec"
rpmbuild -bb --quiet --target "$architecture-linux" \
    --define "_topdir $room" --define "tree $tree" --define "_rpmdir $room" \
    --define "_rpmfilename made.rpm" --define "_buildhost moored" \
    --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
    --define "source_date_epoch_from_changelog 0" --define "_binary_payload w${EFFORT:-6}.xzdio" \
    "$room/$name.spec"
mv "$room/made.rpm" "$out"
