//! What each code means. The weights are starting values: replace them by what
//! your own laptops show.

use super::code::Code;
use super::code::Family;
use super::code::Meaning;
use super::code::Place;
use model::Severity;

/// What a code means.
pub fn of(code: Code) -> &'static Meaning {
    match code {
        Code::ProxiedPath => &PROXIED_PATH,
        Code::AnonymizedExit => &ANONYMIZED_EXIT,
        Code::VpnOnDevice => &VPN_ON_DEVICE,
        Code::ForeignStack => &FOREIGN_STACK,
        Code::LongTail => &LONG_TAIL,
        Code::WrongCountry => &WRONG_COUNTRY,
        Code::CountryUnclear => &COUNTRY_UNCLEAR,
        Code::WrongRegion => &WRONG_REGION,
        Code::PhysicsRefutes => &PHYSICS_REFUTES,
        Code::TwoLives => &TWO_LIVES,
        Code::Velocity => &VELOCITY,
        Code::ForeignTimeZone => &FOREIGN_TIME_ZONE,
        Code::FarFromDelivery => &FAR_FROM_DELIVERY,
        Code::Silent => &SILENT,
    }
}

const PROXIED_PATH: Meaning = Meaning {
    title: "Something on the way ends the laptop's TCP connections",
    severity: Severity::Medium,
    place: Place::Exit,
    family: Family::Path,
    weight: 2.0,
    technique: "T1090",
    innocent: "A company gateway or a carrier that is in no list yet, a VPN router of the family, security software that ends TLS and TCP on the laptop.",
    not_shown: "It does not show what ends them: a proxy abroad, a company gateway and a \
        provider's accelerator look alike. It says nothing about who types.",
};

const ANONYMIZED_EXIT: Meaning = Meaning {
    title: "The laptop's exit is a hosting, VPN or Tor network",
    severity: Severity::Medium,
    place: Place::Exit,
    family: Family::Path,
    weight: 3.3,
    technique: "T1090",
    innocent: "A VPN the user has for privacy, a remote desktop in a cloud, the company's own cloud exit that is not in its list of networks yet.",
    not_shown: "It does not show where the laptop is, nor why its traffic leaves there: many \
        people use a VPN of their own. It says nothing about who types.",
};

const VPN_ON_DEVICE: Meaning = Meaning {
    title: "A VPN client that nobody approved runs on the laptop",
    severity: Severity::Medium,
    place: Place::Exit,
    family: Family::Path,
    weight: 2.5,
    technique: "T1090",
    innocent: "A VPN for privacy or for television abroad. Ask which one and what for, and approve it in the policy if it may stay.",
    not_shown: "It does not show where the laptop is; its address cannot tell. It says nothing \
        about who types.",
};

const FOREIGN_STACK: Meaning = Meaning {
    title: "The laptop's connections come from another kind of system than its own",
    severity: Severity::Low,
    place: Place::Exit,
    family: Family::Path,
    weight: 1.0,
    technique: "T1090",
    innocent: "A company proxy or gateway that is in no list yet, a VPN or security program that ends connections, a hot-spot or router that does, a virtual machine behind its host, a laptop whose network settings were changed by hand.",
    not_shown: "It does not show what sends them, nor where that is: a proxy abroad and a \
        company gateway look alike. It says nothing about who types.",
};

const LONG_TAIL: Meaning = Meaning {
    title: "Packets to the laptop pass a tunnel",
    severity: Severity::Low,
    place: Place::Exit,
    family: Family::Path,
    weight: 1.0,
    technique: "T1090",
    innocent: "A bad line, a mobile or satellite backup, a VPN router at home.",
    not_shown: "It does not show where the tunnel leads: radio, DSL and company tunnels lower \
        the packet size too. It says nothing about who types.",
};

const WRONG_COUNTRY: Meaning = Meaning {
    title: "The laptop's exit is in a country where it does not belong",
    severity: Severity::High,
    place: Place::Device,
    family: Family::Device,
    weight: 4.6,
    technique: "T1219",
    innocent: "A journey nobody has written down, a home near a border, an address the databases have in the wrong country: look how old they are.",
    not_shown: "It does not show that the laptop itself is there: a tunnel may lead there from \
        anywhere, and databases err for about one address in a thousand. It says \
        nothing about who types.",
};

const COUNTRY_UNCLEAR: Meaning = Meaning {
    title: "Where the laptop's exit is cannot be said",
    severity: Severity::Informational,
    place: Place::Exit,
    family: Family::Path,
    weight: 0.0,
    technique: "T1219",
    innocent: "Nearly everything: networks are sold and moved, and satellites land where they like.",
    not_shown: "It shows nothing of the laptop's place: the databases do not agree, or the \
        network has exits far from its users.",
};

const WRONG_REGION: Meaning = Meaning {
    title: "The laptop's exit is far from where it belongs",
    severity: Severity::Low,
    place: Place::Device,
    family: Family::Device,
    weight: 1.5,
    technique: "T1219",
    innocent: "A journey at home, a provider that leads a whole region through one city, a home address that has changed: confirm it first.",
    not_shown: "It does not show that the laptop has moved: providers lead whole regions \
        through one city. It says nothing about who types.",
};

const PHYSICS_REFUTES: Meaning = Meaning {
    title: "The laptop is nearer to the collector or a landmark than it can be where it belongs",
    severity: Severity::High,
    place: Place::Device,
    family: Family::Device,
    weight: 4.6,
    technique: "T1219",
    innocent: "The home address has changed, the user works elsewhere for a while, the collector or the landmark does not stand where the configuration says, or something on the way answers in the landmark's stead: a security program, a proxy nobody knows of.",
    not_shown: "It shows where the laptop is not; where it is remains open. It says nothing \
        about who types.",
};

const TWO_LIVES: Meaning = Meaning {
    title: "One laptop's key is used at two places at once",
    severity: Severity::Critical,
    place: Place::Device,
    family: Family::Device,
    weight: 5.0,
    technique: "T1219",
    innocent: "A disk that was cloned for a new laptop, a virtual machine restored from a snapshot.",
    not_shown: "It does not show which of the two is the laptop: the key or the whole disk has \
        been copied. It says nothing about who types.",
};

const VELOCITY: Meaning = Meaning {
    title: "The laptop's exit moved faster than a plane",
    severity: Severity::Low,
    place: Place::Exit,
    family: Family::Path,
    weight: 1.0,
    technique: "T1219",
    innocent: "A VPN switched on or off, a phone's hot-spot, an office gateway.",
    not_shown: "It does not show that the laptop has moved: switching a VPN on or off looks the \
        same. It says nothing about who types.",
};

const FOREIGN_TIME_ZONE: Meaning = Meaning {
    title: "The laptop's clock is set to a zone in which it does not belong",
    severity: Severity::Low,
    place: Place::Device,
    family: Family::Device,
    weight: 1.0,
    technique: "T1219",
    innocent: "An image made elsewhere, a journey, a team that works in another zone's hours.",
    not_shown: "It does not show where the laptop is: people keep the zone of their home, of \
        their customer or of the image. It says nothing about who types.",
};

const FAR_FROM_DELIVERY: Meaning = Meaning {
    title: "The laptop was first seen far from where it was sent",
    severity: Severity::Medium,
    place: Place::Device,
    family: Family::Device,
    weight: 2.0,
    technique: "T1219",
    innocent: "A parcel taken along on a journey, an office that hands out laptops.",
    not_shown: "It does not show who forwarded it or why: people collect parcels at offices and \
        from family. It says nothing about who types.",
};

const SILENT: Meaning = Meaning {
    title: "The laptop was delivered and has not been heard of",
    severity: Severity::Medium,
    place: Place::Device,
    family: Family::Device,
    weight: 1.0,
    technique: "T1219",
    innocent: "The laptop is still in its box, or the agent was not installed: ask IT first.",
    not_shown: "It shows nothing of where the laptop is: it may be in its box. It says nothing \
        about who types.",
};
