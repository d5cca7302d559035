#!/bin/sh
# Makes a package of a program, in seconds, for a test to install:
#     package.sh PROGRAM FOLDER
# It has what the real one has but for pages and completions; FOLDER/moored.deb.
set -eu
program=$1
folder=$2
source=$(cd "$(dirname "$0")/../.." && pwd)
room=$folder/package
mkdir -p "$room/DEBIAN" "$room/usr/bin" "$room/usr/share/moored" "$room/usr/lib/systemd/system"
strip -o "$room/usr/bin/moored" "$program"
cp -r "$source/config/signatures" "$room/usr/share/moored/"
cp "$source/packaging/linux/moored.service" "$room/usr/lib/systemd/system/"
install -D -m 0600 "$source/config/agent.toml" "$room/etc/moored/agent.toml"
echo /etc/moored/agent.toml >"$room/DEBIAN/conffiles"
cat >"$room/DEBIAN/control" <<END
Package: moored
Version: 0.1.0-1
Architecture: $(dpkg --print-architecture)
Maintainer: nobody
Description: made for a test
END
cat >"$room/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
systemctl daemon-reload
systemctl enable --quiet moored.service
systemctl restart moored.service
END
cat >"$room/DEBIAN/prerm" <<'END'
#!/bin/sh
set -e
[ "$1" != remove ] || systemctl disable --quiet --now moored.service
END
cat >"$room/DEBIAN/postrm" <<'END'
#!/bin/sh
set -e
systemctl daemon-reload
[ "$1" != purge ] || rm -rf /var/lib/moored /etc/moored
END
chmod 0755 "$room/DEBIAN/postinst" "$room/DEBIAN/prerm" "$room/DEBIAN/postrm"
dpkg-deb -Znone --root-owner-group --build "$room" "$folder/moored.deb" >/dev/null
