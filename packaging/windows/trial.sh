#!/bin/sh
# Runs the agent on Wine and looks at what it does: packaging/windows/trial.sh FILE.exe
#
# What Wine has no hardware for, no look sees: this is about the program, and
# about an event on its way into the event log. Wine keeps no event log; it
# prints, if asked to, how what programs hand to it begins.
set -eu
cd "$(dirname "$0")/../.."
program=$1
room=$PWD/target/trial
rm -rf "$room" && mkdir -p "$room/state"
# On Wine this machine is the drive Z.
windows() { echo "Z:$1" | tr / '\\'; }
fail() {
    echo "$1" >&2
    tail -n 20 "$room"/*.log >&2
    exit 1
}
moored() { packaging/windows/wine.sh "$program" --config "$(windows "$1")" "$2"; }

# What Wine does not tell: a clock's rule, power requests, neighbors of both
# families, sessions. Their sensors say that they are blind.
blind='disabled = ["clock", "inhibit", "neighbor", "network", "session"]'
cat >"$room/agent.toml" <<END
state = '$(windows "$room/state")'
signatures = '$(windows "$PWD/config/signatures")'
$blind
END
moored "$room/agent.toml" check >"$room/check.log" 2>&1 || fail "check has failed"
moored "$room/agent.toml" scan >"$room/scan.log" 2>&1 || fail "scan has failed"
grep -q '^process  *[1-9][0-9]* seen' "$room/scan.log" || fail "scan sees no process"

# Hardware that only the registry knows.
trap packaging/windows/devices.sh\ pull EXIT
packaging/windows/devices.sh plug
code=0
moored "$room/agent.toml" scan >"$room/devices.log" 2>&1 || code=$?
[ "$code" = 1 ] || fail "scan says $code of a laptop with a PiKVM"
for found in '^usb  *1 seen' '^display  *2 seen' 'kvm.pikvm-product' 'kvm.pikvm-display-name'; do
    grep -q "$found" "$room/devices.log" || fail "scan does not see the made-up devices: $found"
done
packaging/windows/devices.sh pull
trap - EXIT
code=0
moored "$room/agent.toml" scan >"$room/pulled.log" 2>&1 || code=$?
! grep -q 'kvm.pikvm' "$room/pulled.log" || fail "scan sees devices that are gone"

code=0
moored "$room/agent.toml" status >"$room/status.log" 2>&1 || code=$?
[ "$code" = 3 ] || fail "status says $code of an agent that does not run"

# It finds itself.
mkdir -p "$room/signatures/test"
. packaging/windows/sign.sh
sign probe process program moored '"moored"' '"other"'
cat >"$room/telling.toml" <<END
state = '$(windows "$room/state")'
signatures = '$(windows "$room/signatures")'
$blind
[siem]
to = "eventlog"
END
export WINEDEBUG=-all,err+eventlog,warn+eventlog
packaging/windows/wine.sh "$program" --config "$(windows "$room/telling.toml")" run \
    >"$room/run.log" 2>&1 &
running=$!
trap 'kill $running 2>/dev/null || :' EXIT
code=2
for _ in $(seq 60); do
    sleep 1
    ! grep -q 'err:eventlog:ReportEventW.*Detection Finding' "$room/run.log" || {
        code=0
        WINEDEBUG=-all moored "$room/telling.toml" status >"$room/status.log" 2>&1 || code=$?
        break
    }
done
# It is degraded by what Wine cannot tell, and by nothing else.
deaf='cannot hear \(devices come and go: Wine\|processes start: Access denied\|people log in and out: \)'
[ "$code" != 1 ] || grep '^  ! ' "$room/status.log" | grep -qv "$deaf" || code=0
[ "$code" = 0 ] || fail "no event has come into the event log, or status ($code) is not content"
grep -q 'events go to the event log' "$room/status.log" || fail "status does not say where events go"
echo "the agent on Wine: check, scan, run and status do what they should; an event went into the event log"
