#!/bin/sh
# Fetches the lists of places that may be passed on, and makes the collector's
# databases of them in FOLDER. None of it is committed; licenses and what they
# want said are in the databases (`moored-collector geo status`).
set -eu

folder=${1:?the folder for the databases}
collector=${2:-target/debug/moored-collector}
lists=target/geo/lists
mkdir -p "$lists"

# Debian's export of the IPFire database, for Tor: countries.
if [ ! -f "$lists/tor/usr/share/tor/geoip" ]; then
    echo "fetching Debian's tor-geoipdb (countries)"
    (cd "$lists" && apt-get download -q tor-geoipdb 2>/dev/null && dpkg-deb -x tor-geoipdb_*.deb tor)
fi

# ip-location-db: a second and a third voice for countries, and networks.
for list in dbip-country geo-whois-asn-country asn; do
    if [ ! -f "$lists/$list/package.json" ]; then
        echo "fetching $list of ip-location-db"
        archive=$(cd "$lists" && npm pack --silent "@ip-location-db/$list")
        mkdir -p "$lists/$list"
        tar -xzf "$lists/$archive" -C "$lists/$list" --strip-components=1
        rm "$lists/$archive"
    fi
done

"$collector" geo update --to "$folder" \
    "$lists/tor/usr/share/tor" "$lists/dbip-country" "$lists/geo-whois-asn-country" "$lists/asn"
