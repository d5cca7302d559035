#!/bin/sh
# Installs tools that do not exist on Wine, runs one under another name, and asks
# the agent what it sees: packaging/windows/software.sh FILE.exe
set -eu
cd "$(dirname "$0")/../.."
program=$1
room=$PWD/target/software
rm -rf "$room" && mkdir -p "$room/state"
# On Wine this machine is the drive Z.
windows() { echo "Z:$1" | tr / '\\'; }
wine() { packaging/windows/wine.sh "$@"; }
fail() {
    echo "$1" >&2
    cat "$room/scan.log" >&2
    exit 1
}

uninstall='HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall\moored-trial'
service='HKLM\SYSTEM\CurrentControlSet\Services\ScreenConnect Client (moored-trial)'
host='HKLM\SOFTWARE\Google\Chrome\NativeMessagingHosts\com.google.chrome.remote_assistance'
run='HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Run'
clean() {
    [ -z "${running:-}" ] || kill "$running" 2>/dev/null || :
    for key in "$uninstall" "$service" "$host"; do
        wine reg delete "$key" /f >"$room/reg.log" 2>&1 || :
    done
    wine reg delete "$run" /v moored-trial /f >"$room/reg.log" 2>&1 || :
}
trap clean EXIT
wine reg add "$uninstall" /v DisplayName /d 'Moored trial desk' /f >"$room/reg.log"
wine reg add "$service" /v ImagePath /t REG_EXPAND_SZ /d '"%ProgramFiles%\moored-trial\a.exe" --x' /f >"$room/reg.log"
wine reg add "$service" /v Type /t REG_DWORD /d 16 /f >"$room/reg.log"
wine reg add "$host" /ve /d 'C:\moored-trial.json' /f >"$room/reg.log"
wine reg add "$run" /v moored-trial /d 'C:\moored-trial\b.exe --y' /f >"$room/reg.log"

# A program that says it was called AnyDesk.exe, under another name.
cat >"$room/version.rc" <<'RESOURCES'
1 VERSIONINFO
BEGIN
BLOCK "StringFileInfo"
BEGIN
BLOCK "040904b0"
BEGIN
VALUE "OriginalFilename", "AnyDesk.exe"
VALUE "ProductName", "AnyDesk"
END
END
END
RESOURCES
echo '#include <windows.h>
int main(void) { Sleep(120000); return 0; }' >"$room/wait.c"
x86_64-w64-mingw32-windres "$room/version.rc" "$room/version.o"
x86_64-w64-mingw32-gcc -o "$room/notes.exe" "$room/wait.c" "$room/version.o"
wine "$room/notes.exe" &
running=$!

mkdir -p "$room/signatures/test"
. packaging/windows/sign.sh
list() { sign "$1" software "$2" "$3" "['$3']" "['other']"; }
list uninstall uninstall 'Moored trial desk'
list service services 'ScreenConnect Client (moored-trial)'
list command commands 'C:\Program Files\moored-trial\a.exe'
list host native_hosts 'com.google.chrome.remote_assistance'
list run commands 'C:\moored-trial\b.exe'
list entry entries 'moored-trial'
sign renamed program version_names 'AnyDesk.exe' "['AnyDesk.exe']" "['other']"
sign named process program notes "'notes'" "'other'"
cat >"$room/agent.toml" <<END
state = '$(windows "$room/state")'
signatures = '$(windows "$room/signatures")'
END
sleep 2
# 1 is what the agent says of a machine with alerts.
code=0
wine "$program" --config "$(windows "$room/agent.toml")" scan >"$room/scan.log" 2>&1 || code=$?
for name in uninstall service command host run entry renamed named; do
    grep -q "$name is seen" "$room/scan.log" || fail "not seen: $name (scan ended with $code)"
done
echo "the agent on Wine: sees what is installed there and a program under another name"
