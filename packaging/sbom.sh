#!/bin/sh
# Writes what agent and collector are made of, as CycloneDX 1.5 in JSON: every crate
# that is in the program for any of our targets, with its license and checksum.
#
#   packaging/sbom.sh FOLDER
set -eu
folder=$(realpath "$1")
cd "$(dirname "$0")/.."
eval "$(packaging/version.sh)"
command -v cargo-cyclonedx >/dev/null || cargo install --locked --debug --quiet cargo-cyclonedx@0.5.9
for package in agent:moored collector:moored-collector; do
    cargo cyclonedx --quiet --manifest-path "${package%:*}/Cargo.toml" --format json --spec-version 1.5 \
        --target all --override-filename sbom
    # Where it was built is nobody's business.
    sed "s,path+file://$PWD,path+file:///moored,g" "${package%:*}/sbom.json" \
        >"$folder/${package#*:}-$VERSION.cdx.json"
    # It writes one for each member of the workspace.
    rm -f ./*/sbom.json
done

# Held against CycloneDX' own schema.
judge=target/packages/cyclonedx
[ -d "$judge" ] || python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
    --target "$judge" 'cyclonedx-python-lib[json-validation]==11.*'
for file in "$folder"/*.cdx.json; do
    PYTHONPATH=$judge python3 - "$file" <<'END'
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

wrong = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())
sys.exit(f"{sys.argv[1]}: {wrong}" if wrong else 0)
END
done
