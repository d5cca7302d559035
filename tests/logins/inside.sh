#!/bin/sh
# Inside: an agent runs while somebody logs in to a desktop from elsewhere and
# something keeps the machine awake, and while both end. Only what the system
# tells the agent makes it look; each wait ends when the agent has said so.
set -eux
cd /moored
moored() { ./moored --config agent.toml "$@"; }
said() { until grep -q "$1" agent.log; do sleep 0.05; done; }
moored run >agent.log 2>&1 &
said watching

# What logind has a file of, it has told whoever waited for it.
systemd-run --unit=held systemd-inhibit --what=idle:sleep --mode=block sleep 60
systemd-run --unit=remote --setenv=XDG_SESSION_TYPE=x11 \
    script --quiet --command 'login -p -h 198.51.100.7 -f root' /dev/null
said 'kept-awake.*open'
said 'remote-login.*open'
moored scan --json >during.json || true

systemctl stop held remote
said 'kept-awake.*closed'
said 'remote-login.*closed'
moored scan --json >after.json || true
