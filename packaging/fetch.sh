# shellcheck shell=sh
# How tools that are in no package of Debian get into target/: read by other scripts.
# Each is installed once, in the version it is named with.
tools=$(cd "$(dirname "$0")/.." && pwd)/target

# lacks FOLDER WHY PACKAGE…: true if they are not there in these versions; an empty folder then is.
lacks() {
    folder=$1 why=$2
    shift 2
    [ "$(cat "$tools/$folder/version" 2>/dev/null)" != "$*" ] || return 1
    echo "missing: $why; installing it into target/$folder"
    rm -rf "${tools:?}/$folder"
    mkdir -p "$tools/$folder"
}
# installed FOLDER PACKAGE…
installed() {
    folder=$1
    shift
    echo "$*" >"$tools/$folder/version"
}

# pypi FOLDER WHY PACKAGE…: modules of Python.
pypi() {
    lacks "$@" || return 0
    into=$1
    shift 2
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
        --target "$tools/$into" "$@"
    installed "$into" "$@"
}

# venv FOLDER WHY PACKAGE…: programs of Python, in bin/.
venv() {
    lacks "$@" || return 0
    into=$1
    shift 2
    python3 -m venv "$tools/$into"
    "$tools/$into/bin/pip" install --quiet --disable-pip-version-check "$@"
    installed "$into" "$@"
}

# npm_package FOLDER WHY PACKAGE OPTION…: a package for Node.js.
npm_package() {
    lacks "$@" || return 0
    into=$1
    shift 2
    npm install --prefix "$tools/$into" --silent --no-audit --no-fund "$@" >/dev/null
    installed "$into" "$@"
}
