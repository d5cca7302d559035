#!/bin/sh
# Inside: the states for Salt meet a Debian on which Moored has never been. What each
# run tells goes to a file of its own.
set -eu
cd /moored
# apply NAME ARGUMENT…: its exit code is no matter, for what it tells says more. What
# pip has written into salt-call is the path it had elsewhere.
apply() {
    name=$1
    shift
    /salt/bin/python3 /salt/bin/salt-call --local --config-dir /moored/minion --log-file /moored/minion.log \
        --file-root /moored/salt --pillar-root /moored/salt/pillar --out json \
        state.apply "$@" >"$name.json" || true
}
left() {
    for path in /usr/bin/moored /etc/moored /var/lib/moored; do
        [ ! -e "$path" ] || echo "$path"
    done
}

left >before
apply check moored test=True
left >checked
apply first moored
apply second moored
stat --format '%U %a' /etc/moored/environment >environment
cat /etc/moored/environment >>environment
systemctl is-active moored >active || true
apply removed moored.absent
left >after
