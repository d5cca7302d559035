#!/bin/sh
# Boots this machine's own Debian a second time, or the one in LOWER, with systemd and
# a network of its own, up to a unit. Nothing written there lasts, except in what is bound.
# In the unit @FOLDER@ stands for the folder the machine is made in.
# Runs in a mount namespace of its own:
#     unshare --mount boot.sh FOLDER UNIT [ARGUMENT OF systemd-nspawn]…
set -eu
folder=$1
unit=$2
shift 2
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
mkdir "$folder/machine"
mount -t tmpfs tmpfs "$folder/machine"
cd "$folder/machine"
mkdir upper work root
mount -t overlay overlay -o lowerdir="${LOWER:-/}",upperdir=upper,workdir=work root
rm -rf root/etc/systemd/system/*.wants root/etc/fstab
sed "s|@FOLDER@|$folder|" "$unit" >root/etc/systemd/system/booted.service
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec systemd-nspawn --quiet --register=no --keep-unit --private-network \
    --machine="booted-$$" --directory=root "$@" --boot systemd.unit=booted.service
