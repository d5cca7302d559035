#!/bin/sh
# Plugs made-up devices into Wine, or pulls them out: packaging/windows/devices.sh plug|pull
#
# Wine lists as present what its registry has of devices: a PiKVM at USB and its
# display, which only the tests of the program on Wine know. What hubs tell, Wine
# has not.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
usb='HKEY_LOCAL_MACHINE\System\CurrentControlSet\Enum\USB\VID_1D6B&PID_0104'
display='HKEY_LOCAL_MACHINE\System\CurrentControlSet\Enum\DISPLAY\LNX7773'

# A text as bytes of UTF-16, with the zero at its end.
text() { printf '%s\0' "$1" | iconv -t UTF-16LE | od -An -v -tx1 | tr -s ' \n' ',' | sed 's/^,//; s/,$//'; }
# The display of the recorded laptop with a PiKVM, byte by byte.
edid() {
    sed -n '/HDMI-A-1\/edid/,/"""$/p' "$here/tests/hosts/linux/pikvm.toml" | sed 1d |
        tr -cd '0-9a-f' | sed 's/../&,/g; s/,$//'
}

case ${1:-} in
plug)
    file=$here/target/trial/devices.reg
    mkdir -p "$here/target/trial"
    # With its mark at the beginning: else the bytes of texts would be taken for letters.
    { printf '\357\273\277'; cat <<END
Windows Registry Editor Version 5.00

[$usb\\CAFEBABE]
"ClassGUID"="{36fc9e60-c465-11cf-8056-444553540000}"
"Class"="USB"
"DeviceDesc"="USB Composite Device"
"HardwareID"=hex(7):$(text 'USB\VID_1D6B&PID_0104&REV_0100'),00,00

[$usb\\CAFEBABE\\Properties\\{540b947e-8b40-45bc-a8a2-6a0b894cbda2}\\0004]
@=hex(ffff0012):$(text 'PiKVM Composite Device')

[$display\\5&1A2B3C&0&UID4353]
"ClassGUID"="{4d36e96e-e325-11ce-bfc1-08002be10318}"
"Class"="Monitor"
"DeviceDesc"="Generic PnP Monitor"
"HardwareID"=hex(7):$(text 'MONITOR\LNX7773'),00,00

[$display\\5&1A2B3C&0&UID4353\\Device Parameters]
"EDID"=hex:$(edid)
END
    } | iconv -f UTF-8 -t UTF-16LE >"$file"
    "$here/packaging/windows/wine.sh" reg import "Z:$(echo "$file" | tr / '\\')" >/dev/null
    ;;
pull)
    for key in "$usb" "$display"; do
        "$here/packaging/windows/wine.sh" reg delete "$key" /f >/dev/null 2>&1 || :
    done
    ;;
*)
    echo "usage: packaging/windows/devices.sh plug|pull" >&2
    exit 2
    ;;
esac
