#!/bin/sh
# Boots this machine's own Debian a second time, with systemd and a network of
# its own. Nothing written there lasts, except in the folder given, which lies
# at the same path inside. These files of this machine are seen there as well.
# Runs in a mount namespace of its own: unshare --mount boot.sh FOLDER FILES
set -eu
folder=$1
files=$2
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
mkdir "$folder/machine"
mount -t tmpfs tmpfs "$folder/machine"
cd "$folder/machine"
mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
rm -rf root/etc/systemd/system/*.wants root/etc/fstab
cat >root/etc/systemd/system/booted.service <<UNIT
[Unit]
After=basic.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=touch $folder/booted
UNIT
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn --quiet --register=no --keep-unit --private-network \
    --machine="stage-$$" --bind="$folder" --bind-ro="$files" --directory=root \
    --boot systemd.unit=booted.service
