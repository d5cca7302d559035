#!/bin/sh
# Installs what `make` needs and this machine lacks, and says what and why.
set -eu

# A program, the Debian package it comes in, and what it is for.
need() {
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] && return 0
    echo "missing: $1 ($3); installing Debian's $2"
    packages="${packages:-} $2"
}

packages=
need cc gcc "compiles SQLite, ring and zstd"
need curl curl "the demo reads the console with it"
if [ "$1" = test ] || [ "$1" = fuzz ]; then
    need c++ g++ "compiles the fuzzer"
fi
if [ "$1" = test ]; then
    need chromium chromium "the console is tested in a real browser"
    need chromedriver chromium-driver "drives the browser"
    need Xvfb xvfb "a screen for real remote-desktop servers"
    need x11vnc x11vnc "a real remote-desktop server to be found"
    need faketime faketime "clocks that are wrong"
    need tinyproxy tinyproxy-bin "a real proxy to go through"
    need mount mount "a disk that is full"
    need lintian lintian "checks the packages"
fi
if [ -n "$packages" ]; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi
if [ "$1" = test ] && ! cargo deny --version >/dev/null 2>&1; then
    echo "missing: cargo-deny (guards licenses and bans); building it, which takes some minutes"
    cargo install --locked --debug --quiet cargo-deny@0.20.2
fi
if { [ "$1" = test ] || [ "$1" = fuzz ]; } && ! cargo fuzz --version >/dev/null 2>&1; then
    echo "missing: cargo-fuzz (hostile bytes for the parsers); building it, which takes a minute"
    cargo install --locked --debug --quiet cargo-fuzz@0.13.2
fi
