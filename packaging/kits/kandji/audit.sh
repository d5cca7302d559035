#!/bin/sh
# Audit script of a custom app, or of a custom script: exit code 0 is well enough;
# another one has Kandji install the package, or run remediate.sh.
moored='/Library/Application Support/Moored/moored'
if [ ! -x "$moored" ]; then
    echo not installed
    exit 1
fi
"$moored" status
# 0 healthy, 1 degraded, 2 not enrolled, 3 not running. Installing again helps the last.
[ $? -lt 3 ]
