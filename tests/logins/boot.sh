#!/bin/sh
# Boots this machine's own Debian a second time, with systemd and logind, and
# lets it run inside.sh. Nothing it writes lasts, except in the folder given.
# Runs in a mount namespace of its own: unshare --mount boot.sh FOLDER
set -eu
folder=$1
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
mkdir "$folder/machine"
mount -t tmpfs tmpfs "$folder/machine"
cd "$folder/machine"
mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
rm -rf root/etc/systemd/system/*.wants root/etc/fstab
cat >root/etc/systemd/system/logins.service <<UNIT
[Unit]
After=systemd-logind.service systemd-user-sessions.service
Requires=systemd-logind.service systemd-user-sessions.service
FailureAction=poweroff
SuccessAction=poweroff
[Service]
Type=oneshot
ExecStart=/bin/sh /moored/inside.sh
StandardOutput=truncate:/moored/inside.log
StandardError=inherit
UNIT
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn --quiet --register=no --keep-unit --private-network \
    --machine="logins-$$" --bind="$folder:/moored" --directory=root \
    --boot systemd.unit=logins.service
