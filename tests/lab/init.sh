#!/bin/sh
# The guest's first process: what it needs is mounted and loaded, then it obeys.
/bin/busybox --install -s /bin
export PATH=/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t debugfs debug /sys/kernel/debug
mount -t tmpfs tmp /tmp
hostname guest-laptop
ip link set lo up
for module in $(cat /etc/modules); do
    modprobe "$module" || echo "cannot load $module"
done
if ip link set eth0 up 2>/dev/null; then
    ip address add 10.0.2.15/24 dev eth0
    ip route add default via 10.0.2.2
fi
stty -F /dev/ttyS1 raw -echo
lab --guest /dev/ttyS1
poweroff -f
