#!/bin/sh
# Installs what `make` needs and this machine lacks, and says what and why.
set -eu
# shellcheck source=packaging/fetch.sh
. "$(dirname "$0")/fetch.sh"

# A program, the Debian package it comes in, and what it is for.
need() {
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] && return 0
    echo "missing: $1 ($3); installing Debian's $2"
    packages="${packages:-} $2"
}

packages=
need cc gcc "compiles SQLite, ring and zstd"
need curl curl "the demo reads the console with it"
if [ "$1" = test ] || [ "$1" = fuzz ]; then
    need c++ g++ "compiles the fuzzer"
fi
if [ "$1" = test ]; then
    need chromium chromium "the console is tested in a real browser"
    need chromedriver chromium-driver "drives the browser"
    need Xvfb xvfb "a screen for real remote-desktop servers"
    need x11vnc x11vnc "a real remote-desktop server to be found"
    need X0tigervnc tigervnc-scraping-server "another one"
    need xrdp xrdp "another one, for RDP"
    need wayvnc wayvnc "another one, for Wayland"
    need cage cage "a Wayland desktop without a screen"
    need Xwayland xwayland "that desktop does not start without it"
    need dpkg-deb dpkg "makes the packages whose coming and going is told"
    need rpm rpm "a real database of packages of the other kind"
    need rpmbuild rpm "makes the packages that are in it"
    need setpriv util-linux "runs the desktop as another user"
    need faketime faketime "clocks that are wrong"
    need prometheus prometheus "a real one reads the collector's figures"
    need promtool prometheus "checks how they are written"
    need haproxy haproxy "a real one before the collector"
    need mount mount "a disk that is full"
    need perl perl-base "programs that wait and connect on that network"
    need ansible-playbook ansible-core "plays the role for Ansible"
    need ansible-lint ansible-lint "looks that role over"
    need xmllint libxml2-utils "checks the templates for Group Policy"
    need systemd-nspawn systemd-container "boots a second machine, to log in to"
    need dbus-daemon dbus "logind speaks through it"
    need login login "logs in to it"
    need sshd openssh-server "a tunnel's far end, on this machine"
    need ssh openssh-client "a real tunnel to be found"
    need dnsmasq dnsmasq-base "tells a real resolver where relays are"
    need tmate tmate "a real shared terminal to be found"
    need barriers barrier "a real switch over the network to be found"
    need xdotool xdotool "a real jiggler to be found"
    need xpra xpra "a real server of sessions to be found"
    need pgrep procps "finds what a booted machine has started"
    need rsyslogd rsyslog "a real syslog server to send events to"
    need nats-server nats-server "a real stream to send events to"
    need journalctl systemd "a real journal to write events into"
    need python3 python3 "receivers of events"
    need node nodejs "runs MeshCentral, the server of a real agent to be found"
    need npm npm "installs MeshCentral, axe-core and a provider of OpenID Connect"
    need python3 python3 "holds the API against its description"
    # It is no program but a module of Python.
    if ! python3 -c "import ensurepip" 2>/dev/null; then
        echo "missing: venv (a place for that); installing Debian's python3-venv"
        packages="${packages:-} python3-venv"
    fi
    # It is no program but a module of Python: with it Ansible installs packages.
    if [ ! -d /usr/lib/python3/dist-packages/apt ]; then
        echo "missing: python3-apt (Ansible's way to packages); installing Debian's python3-apt"
        packages="${packages:-} python3-apt"
    fi
    # It is no program but a module of Python: without it xpra lets nobody in.
    if [ ! -d /usr/lib/python3/dist-packages/PIL ]; then
        echo "missing: PIL (xpra's pictures); installing Debian's python3-pil"
        packages="${packages:-} python3-pil"
    fi
    # It is no program but a module of rsyslog: TLS.
    if ! ls /usr/lib/*/rsyslog/lmnsd_ossl.so >/dev/null 2>&1; then
        echo "missing: lmnsd_ossl (rsyslog's TLS); installing Debian's rsyslog-openssl"
        packages="${packages:-} rsyslog-openssl"
    fi
    # It is no program but a library.
    if ! ls /usr/lib/*/libpython3.11.so.1.0 >/dev/null 2>&1; then
        echo "missing: libpython3.11 (Rotel is linked to it); installing Debian's libpython3.11"
        packages="${packages:-} libpython3.11"
    fi
    # It is no program but a module of PAM.
    for file in /usr/lib/*/security/pam_systemd.so /lib/*/security/pam_systemd.so; do
        [ ! -e "$file" ] || module=$file
    done
    if [ -z "${module:-}" ]; then
        echo "missing: pam_systemd (tells logind who logs in); installing Debian's libpam-systemd"
        packages="${packages:-} libpam-systemd"
    fi
fi
case $1 in test | packages)
    need lintian lintian "checks the packages"
    need rpmbuild rpm "makes the packages of the other kind"
    need rpmlint rpmlint "checks those"
    need minisign minisign "signs packages"
    need skopeo skopeo "reads the image of the collector"
    need umoci umoci "unpacks it"
    need strip binutils "makes programs small"
    need systemd-nspawn systemd-container "boots a machine to install them on"
    ;;
esac
if [ "$1" = packages ]; then
    need npm npm "fetches lists of places"
    need debootstrap debootstrap "fetches clean systems to install on"
fi
case $1 in test | targets | packages)
    need x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64 "compiles C and links for Windows"
    need wine "wine wine64" "runs programs for Windows"
    need wixl wixl "makes the package for Windows"
    need msiinfo msitools "finishes it, and looks into it"
    need faketime faketime "makes it the same each time"
    need python3 python3 "installs Zig"
    need bsdtar libarchive-tools "opens the package for macOS"
    # It is no program but a module of Python.
    if ! python3 -m pip --version >/dev/null 2>&1; then
        echo "missing: pip (installs Zig and OpenTelemetry's definitions); installing Debian's python3-pip"
        packages="${packages:-} python3-pip"
    fi
    ;;
esac
case $1 in test | rtt)
    need unshare util-linux "a network of a test's own"
    need ip iproute2 "neighbors, tunnels and a far end on that network"
    need nft nftables "routers and boxes that end TCP on that network"
    need tinyproxy tinyproxy-bin "a real proxy to go through"
    need microsocks microsocks "a real SOCKS proxy to go through"
    need proxychains4 proxychains4 "takes the agent there"
    ;;
esac
case $1 in test | lab | demo)
    need qemu-system-x86_64 qemu-system-x86 "a guest laptop for the lab, in software"
    need busybox busybox-static "the guest's shell"
    need ydotool ydotool "makes input devices in the guest that are no hardware"
    need depmod kmod "lists the guest kernel's modules"
    need xz xz-utils "unpacks the guest's kernel"
    need strip binutils "makes the guest's programs small"
    ;;
esac
if [ -n "$packages" ]; then
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi
[ "$1" != test ] || "$(dirname "$0")/resolver.sh"
case $1 in test | targets | packages) "$(dirname "$0")/targets.sh" "$1" ;; esac
# The guest runs Debian's current kernel, unpacked once.
lab=$(dirname "$0")/../target/lab
if [ "$1" != rtt ] && [ "$1" != targets ] && [ "$1" != packages ] && [ ! -e "$lab/kernel/complete" ]; then
    echo "missing: a kernel for the lab's guest; fetching Debian's"
    mkdir -p "$lab"
    (
        current() { apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-.*\)/\1/p'; }
        cd "$lab"
        rm -rf kernel
        if [ -z "$(current)" ]; then
            sudo=
            [ "$(id -u)" = 0 ] || sudo=sudo
            $sudo apt-get update -qq
        fi
        apt-get download -qq "$(current)" 2>/dev/null
        dpkg-deb -x linux-image-*.deb kernel
        rm linux-image-*.deb
        # From Debian 13 on, modules are in usr/lib.
        [ -e kernel/lib ] || ln -s usr/lib kernel/lib
        depmod -b kernel "$(ls kernel/lib/modules)"
        touch kernel/complete
    )
fi
# What is in no package of Debian, or in one that is too old.
if [ "$1" = test ]; then
    # Its own package brings agents for all systems.
    npm_package meshcentral "MeshCentral (the server of a real agent to be found), 450 MB" \
        meshcentral@1.1.55 --omit=dev --omit=optional
    # Certified, in a version that Debian's Node.js runs.
    npm_package oidc-provider "a provider of OpenID Connect (people sign in by way of it), 10 MB" \
        oidc-provider@8.8.1 --omit=dev
    npm_package axe "axe-core (whether everybody can read the console's pages), 3 MB" axe-core@4.14.1
    venv schemathesis "schemathesis (asks the API everything it describes), 90 MB" schemathesis==4.32.5
    venv salt "Salt (applies our states for it), 240 MB" salt==3008.4
    pypi powershell "a grammar of PowerShell (parses our scripts for Windows), 3 MB" \
        tree-sitter==0.26.1 tree-sitter-powershell==0.26.4
    pypi python "OpenTelemetry's definitions, Rotel (a real collector) and osmem (speaks OpenSearch)" \
        opentelemetry-proto==1.45.2 rotel==0.0.1a15 osmem-server==0.1.6
    chmod +x "$tools/python/rotel/rotel-agent" "$tools/python/osmem_server/bin/osmem-server"
fi
case $1 in test | targets)
    pypi mac "pyapplebom and macholib (read what is in the package for macOS), 2 MB" \
        pyapplebom==0.1.2 macholib==1.16.4 altgraph==0.17.4
    ;;
esac
if [ "$1" = test ] && ! cargo deny --version >/dev/null 2>&1; then
    echo "missing: cargo-deny (guards licenses and bans); building it, which takes some minutes"
    cargo install --locked --debug --quiet cargo-deny@0.20.2
fi
if { [ "$1" = test ] || [ "$1" = fuzz ]; } && ! cargo fuzz --version >/dev/null 2>&1; then
    echo "missing: cargo-fuzz (hostile bytes for the parsers); building it, which takes a minute"
    cargo install --locked --debug --quiet cargo-fuzz@0.13.2
fi
