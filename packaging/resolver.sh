#!/bin/sh
# Fetches the resolver of Debian 13, which can show its cache (that of Debian 12
# cannot), with all it needs, and unpacks it once into target/resolver. Nothing
# is installed: it runs there as in a machine of its own.
set -eu
there=$(dirname "$0")/../target/resolver
[ ! -e "$there/complete" ] || exit 0
echo "missing: systemd-resolved 254 or later, which shows what it remembers; fetching Debian 13's"
rm -rf "$there"
mkdir -p "$there/root" "$there/apt/var/lib/dpkg"
mkdir -p "$there/apt/etc/apt/apt.conf.d" "$there/apt/etc/apt/preferences.d"
cd "$there"
: > apt/var/lib/dpkg/status
# From wherever this machine has its packages from.
# shellcheck disable=SC2016
site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)
[ -n "$site" ] || { echo "no source of Debian packages is set up here" >&2; exit 1; }
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] $site trixie main" > apt/etc/apt/sources.list
apt() {
    apt-get -qq -o Dir="$PWD/apt" -o Dir::State::status="$PWD/apt/var/lib/dpkg/status" \
        -o APT::Architecture="$(dpkg --print-architecture)" -o APT::Sandbox::User=root \
        -o Acquire::Languages=none "$@"
}
mkdir -p apt/var/lib/apt/lists/partial apt/var/cache/apt/archives/partial
apt update
apt install --yes --no-install-recommends --download-only systemd-resolved
for package in apt/var/cache/apt/archives/*.deb; do
    dpkg-deb -x "$package" root
done
echo "systemd-resolve:x:991:991::/:/usr/sbin/nologin" > root/etc/passwd
echo "systemd-resolve:x:991:" > root/etc/group
rm -r apt
touch complete
