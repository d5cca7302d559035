# shellcheck shell=sh
# How tools that are in no package of Debian get into target/: read by other scripts.
# Each is installed once, in the version it is named with.
tools=$(cd "$(dirname "$0")/.." && pwd)/target

# has FOLDER PACKAGE…
has() {
    folder=$1
    shift
    [ "$(cat "$tools/$folder/version" 2>/dev/null)" = "$*" ]
}
# begin FOLDER WHY PACKAGE…
begin() {
    echo "missing: $2; installing it into target/$1"
    rm -rf "${tools:?}/$1"
    mkdir -p "$tools/$1"
}
# installed FOLDER PACKAGE…
installed() {
    folder=$1
    shift
    echo "$*" >"$tools/$folder/version"
}

# pypi FOLDER WHY PACKAGE…: modules of Python.
pypi() {
    into=$1 why=$2
    shift 2
    ! has "$into" "$@" || return 0
    begin "$into" "$why"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
        --target "$tools/$into" "$@"
    installed "$into" "$@"
}

# venv FOLDER WHY PACKAGE…: programs of Python, in bin/.
venv() {
    into=$1 why=$2
    shift 2
    ! has "$into" "$@" || return 0
    begin "$into" "$why"
    python3 -m venv "$tools/$into"
    "$tools/$into/bin/pip" install --quiet --disable-pip-version-check "$@"
    installed "$into" "$@"
}

# npm_package FOLDER WHY PACKAGE OPTION…: a package for Node.js.
npm_package() {
    into=$1 why=$2
    shift 2
    ! has "$into" "$@" || return 0
    begin "$into" "$why"
    npm install --prefix "$tools/$into" --silent --no-audit --no-fund "$@" >/dev/null
    installed "$into" "$@"
}
