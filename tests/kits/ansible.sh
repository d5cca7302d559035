#!/bin/sh
# Inside: the role for Ansible meets a Debian on which Moored has never been, with
# a real collector beside it. What each play says goes to a file of its own.
set -eu
cd /moored
collector() { ./moored-collector --config collector.toml "$@"; }
# play NAME ARGUMENT…: its exit code is kept, too.
play() {
    name=$1
    shift
    code=0
    ansible-playbook --inventory inventory.ini "$@" ansible/site.yml >"$name.log" 2>&1 || code=$?
    echo "exit code $code" >>"$name.log"
}
left() {
    for path in /usr/bin/moored /etc/moored /var/lib/moored; do
        [ ! -e "$path" ] || echo "$path"
    done
}
environment() { stat --format "%U %a" /etc/moored/environment && cat /etc/moored/environment || true; }

collector run >collector.log 2>&1 &
until [ -e collector/addresses.json ]; do sleep 0.1; done
collector token new --label t --any-number >token

left >before
play check --check
left >checked
play first
play second
play third --check
environment >environment
play broken --extra-vars '{"moored_settings": "lok = 1"}'
cmp /etc/moored/agent.toml agent.toml >refused 2>&1 || true
play settings --extra-vars '{"moored_settings": "look = \"5m\"\n"}'
cp /etc/moored/agent.toml set.toml || true
play enrolled --extra-vars "{\"moored_enroll\": true, \"moored_token\": \"$(cat token)\"}"
environment >enrolled
moored status --json >status.json || true
play managed --extra-vars "{\"moored_proxy\": \"none\", \"moored_token\": \"$(cat token)\"}"
environment >managed
journalctl --unit moored --output short-monotonic >journal.log
play removed --extra-vars '{"moored_state": "absent", "moored_purge": true}'
left >after
