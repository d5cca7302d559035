#!/bin/sh
# Packages come and go in an rpm database of their own, on a root of their own that no
# systemd runs on. 1.rpm and 2.rpm are the agent's, of rising versions.
#     unshare --mount rpm.sh FOLDER
set -eux
cd "$1"
mkdir machine
mount -t tmpfs tmpfs machine
mkdir machine/upper machine/work machine/root
mount -t overlay overlay -o lowerdir=/,upperdir=machine/upper,workdir=machine/work machine/root
root=$PWD/machine/root
rm -rf "$root/var/lib/rpm" "$root/run/systemd/system"
rpm() { command rpm --root "$root" "$@"; }
wanted=$root/etc/systemd/system/multi-user.target.wants/moored.service
rpm --initdb
rpm --nodeps --install 1.rpm
test "$(rpm --query moored)" = moored-0.1.0-1.x86_64
rpm --verify --nodeps moored
test -L "$wanted"
test "$(stat -c %a "$root/etc/moored/agent.toml")" = 600

# An upgrade keeps what was changed, and a unit that was switched off.
sed -i 's/^look = .*/look = "7m"/' "$root/etc/moored/agent.toml"
rm "$wanted"
rpm --nodeps --upgrade 2.rpm
test "$(rpm --query moored)" = moored-0.2.0-1.x86_64
grep 'look = "7m"' "$root/etc/moored/agent.toml"
test ! -e "$wanted"
rpm --nodeps --upgrade --oldpackage 1.rpm
rpm --nodeps --upgrade --replacepkgs 1.rpm
grep 'look = "7m"' "$root/etc/moored/agent.toml"

# A wrong setting is told and is no reason not to install.
sed -i '1i loook = "7m"' "$root/etc/moored/agent.toml"
rpm --nodeps --upgrade 2.rpm 2>said
grep 'agent.toml:[0-9]*: .*loook' said

# What was changed is kept beside when the package goes.
rpm --nodeps --erase moored
grep 'look = "7m"' "$root/etc/moored/agent.toml.rpmsave"
test ! -e "$root/usr/bin/moored"
test ! -e "$root/usr/share/moored"
test -z "$(rpm --query --all)"
touch passed
