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

# What policies set goes before the file, and a mistake in it is told with its place.
policy='HKLM\SOFTWARE\Policies\Moored'
set_policy() { packaging/windows/wine.sh reg add "$policy" /v "$1" /d "$2" /f >>"$room/policy.log" 2>&1; }
forget_policy() { packaging/windows/wine.sh reg delete "$policy" /f >>"$room/policy.log" 2>&1 || :; }
trap forget_policy EXIT
set_policy Collector http://x
code=0
moored "$room/agent.toml" check >"$room/policy-check.log" 2>&1 || code=$?
[ "$code" = 1 ] || fail "check says $code of a wrong policy"
grep -qF "$policy\Collector: \`http://x\` is not an address" "$room/policy-check.log" ||
    fail "check does not name the registry's value"
forget_policy
: >"$room/policy-run.log"
packaging/windows/wine.sh "$program" --config "$(windows "$room/agent.toml")" run \
    >"$room/policy-run.log" 2>&1 &
running=$!
trap 'kill $running 2>/dev/null || :; forget_policy' EXIT
is_set() {
    for _ in $(seq 60); do
        sleep 1
        moored "$room/agent.toml" status >"$room/policy-status.log" 2>&1 || :
        ! grep -q "^  managed  *$1\$" "$room/policy-status.log" || return 0
    done
    fail "a running agent has not taken over that policies set: $1"
}
for _ in $(seq 60); do
    ! grep -q watching "$room/policy-run.log" || break
    sleep 1
done
set_policy Proxy none
is_set proxy
set_policy Collector https://127.0.0.1:1
is_set 'collector, proxy'
kill $running 2>/dev/null || :
wait $running 2>/dev/null || :
forget_policy
trap - EXIT

# A state that a newer version has written is refused.
echo 2 >"$room/state/version"
code=0
moored "$room/agent.toml" run >"$room/newer.log" 2>&1 || code=$?
[ "$code" = 4 ] || fail "run says $code of a newer version's state"
[ "$(cat "$room/state/version")" = 2 ] || fail "the newer version's state has been changed"
rm "$room/state/version"

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
echo "the agent on Wine: check, scan, run and status do what they should; what policies set is taken over; an event went into the event log"
