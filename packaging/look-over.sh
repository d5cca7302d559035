#!/bin/sh
# Lets others' programs judge a folder of packages; an error of theirs is one.
#
#   packaging/look-over.sh FOLDER
set -eu
folder=$(realpath "$1")
cd "$(dirname "$0")/.."
# Being root says nothing about a package.
lintian --allow-root --fail-on error "$folder"/*.deb
rpmlint -c packaging/linux/rpmlint.toml "$folder"/*.rpm >target/packages/rpmlint.log 2>&1 || {
    cat target/packages/rpmlint.log >&2
    exit 1
}
tail -n 1 target/packages/rpmlint.log
(cd "$folder" && sha256sum --quiet --check SHA256SUMS)
