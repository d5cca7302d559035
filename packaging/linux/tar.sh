#!/bin/sh
# Makes an archive of a laid-out tree, for what has no packages; the same tree gives
# the same bytes. It is unpacked at /.
#
#   packaging/linux/tar.sh TREE OUT.tar.gz
set -eu
tree=$1 out=$2
eval "$("$(dirname "$0")/../version.sh")"
tar --create --directory "$tree" --sort=name --format=gnu --mtime="@$SOURCE_DATE_EPOCH" \
    --owner=0 --group=0 --numeric-owner etc usr | gzip -9n >"$out"
