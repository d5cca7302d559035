#!/bin/sh
# Inside: packages come, are upgraded, downgraded and go again, as an MDM does it,
# with nobody at the keyboard. 1.deb and 2.deb are the agent's, of rising versions.
set -eux
cd /stage
export DEBIAN_FRONTEND=noninteractive
config=/etc/moored/agent.toml
install() { dpkg --install "$@" </dev/null >said 2>&1 || { cat said; exit 1; }; cat said; }
version() { test "$(dpkg-query -W -f '${Version}' moored)" = "$1"; }
runs() { systemctl is-active moored; systemctl is-enabled moored; }
# The exit code of `moored status`, once the agent has told how it fares.
status() {
    for _ in $(seq 100); do
        code=0
        moored status >status || code=$?
        [ $code = 3 ] || break
        sleep 0.1
    done
    cat status
    test $code = "$1"
}

# Where a container is made of it, nothing starts by itself.
rm -f /usr/sbin/policy-rc.d
install 1.deb
runs
status 2
version 0.1.0-1

# The same twice, and the next over a running one.
install 1.deb
runs
sed -i 's/^look = .*/look = "7m"/' $config
install 2.deb
version 0.2.0-1
runs
grep 'look = "7m"' $config
status 2

# Back to the one before.
install 1.deb
version 0.1.0-1
runs
status 2

# A wrong setting: it is installed and says what is wrong, and there is no storm of starts.
sed -i '1i loook = "7m"' $config
install 2.deb
version 0.2.0-1
grep 'agent.toml:[0-9]*: .*loook' said
grep 'correct what is named above' said
sleep 3
test "$(systemctl show -P NRestarts moored)" -le 1
sed -i '/loook/d' $config
systemctl restart moored
status 2

# A program that is gone, and a package that was unpacked and no more.
rm /usr/bin/moored
install 2.deb
runs
dpkg --unpack 1.deb
install 1.deb
runs

# Whoever has switched it off finds it switched off after an upgrade.
systemctl disable --now moored
install 2.deb
! systemctl is-active moored
test "$(systemctl is-enabled moored)" = disabled
systemctl enable --now moored

# Away, with what is the operator's kept, and back.
dpkg --remove moored
! systemctl is-active moored
grep 'look = "7m"' $config
test -d /var/lib/moored/spool
install 2.deb
runs
status 2
grep 'look = "7m"' $config

# All of it.
dpkg --purge moored
systemctl --failed --no-legend >failed
! grep moored failed
find /etc /usr /var /run -xdev -iname '*moored*' >left
cat left
test ! -s left

# The collector comes, makes its user and its state, and goes.
install collector.deb
systemctl is-active moored-collector
test "$(stat -c %U /var/lib/moored-collector)" = moored-collector
dpkg --purge moored-collector
test ! -e /var/lib/moored-collector
test ! -e /etc/moored
touch passed
