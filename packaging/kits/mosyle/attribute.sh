#!/bin/sh
# Custom device attribute by script, or a custom command: one line that says how the
# agent fares. The exit code is that of `moored status`.
moored='/Library/Application Support/Moored/moored'
if [ ! -x "$moored" ]; then
    echo not installed
    exit 4
fi
told=$("$moored" status)
code=$?
echo "$told" | head -n 1
exit $code
