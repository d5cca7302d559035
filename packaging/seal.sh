#!/bin/sh
# Writes the checksums of a folder of packages and, with a key, signs each file:
#
#   packaging/seal.sh FOLDER
#
# MINISIGN_KEY and MINISIGN_PASSWORD are as packaging/packages.sh says.
set -eu
folder=$1
eval "$("$(dirname "$0")/version.sh")"
cd "$folder"
rm -f SHA256SUMS ./*.minisig
sums=$(find . -maxdepth 1 -type f -printf '%f\n' | LC_ALL=C sort | xargs -d '\n' sha256sum)
echo "$sums" >SHA256SUMS
if [ -z "${MINISIGN_KEY:-}" ]; then
    echo "no MINISIGN_KEY: nothing is signed"
    exit 0
fi
key=$(mktemp)
trap 'rm -f "$key"' EXIT
chmod 600 "$key"
printf '%s\n' "$MINISIGN_KEY" >"$key"
for file in ./*; do
    # What is said beside a signature is signed as well; the time would be another each time.
    printf '%s\n' "${MINISIGN_PASSWORD:-}" |
        minisign -S -s "$key" -m "$file" -c "Moored $VERSION" -t "Moored $VERSION: ${file#./}" >/dev/null
done
echo "signed: $(ls ./*.minisig | wc -l) files"
