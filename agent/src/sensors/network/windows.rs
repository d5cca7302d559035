//! What Windows says of the kind of a line, and in which domains it looks names up.

use super::MOBILE;
use super::WIRED;
use super::WIRELESS;
use crate::host::Host;
use crate::host::LinkRow;
use crate::host::Property;
use crate::host::Recording;

/// `IF_TYPE_IEEE80211`, `IF_TYPE_WWANPP` and `IF_TYPE_WWANPP2` (`ipifcons.h`).
const IF_TYPE_IEEE80211: u16 = 71;
const IF_TYPE_WWAN: [u16; 2] = [243, 244];

/// Where the company's policy and the machine's own settings of DNS are.
const KEYS: [&str; 2] = [
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient",
    r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters",
];

/// The domains that are searched, with commas between them, and the machine's own.
const VALUES: [&str; 2] = ["SearchList", "Domain"];

/// By the type the driver gives the interface.
pub fn medium(link: &LinkRow) -> &'static str {
    match link.layer {
        IF_TYPE_IEEE80211 => WIRELESS,
        layer if IF_TYPE_WWAN.contains(&layer) => MOBILE,
        _ => WIRED,
    }
}

/// The domains: what the policy says, the settings, and the network of the way out.
pub fn domains(host: &dyn Host, link: Option<&LinkRow>) -> Vec<String> {
    let mut domains = Vec::new();
    for key in KEYS {
        let values = host.registry(key).unwrap_or_default().values;
        for wanted in VALUES {
            let value = values.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            let text = value.and_then(|(_, value)| value.text()).unwrap_or_default();
            domains.extend(text.split([',', ' ']).map(str::to_owned));
        }
    }
    domains.extend(link.and_then(|link| link.domain.clone()));
    domains
}

/// Leaves in a recording of those keys only what `told` gives of the domains.
pub fn blank(recording: &mut Recording, told: impl Fn(&str) -> String) {
    for key in KEYS {
        let Some(values) = recording.registry.get_mut(key) else { continue };
        values.retain(|name, _| VALUES.iter().any(|wanted| name.eq_ignore_ascii_case(wanted)));
        for value in values.values_mut() {
            *value = Property::Text(told(value.text().unwrap_or_default()));
        }
    }
}
