//! What to do about each family of findings, and what would refute it.
//!
//! The order is that of the least harm: first what costs nobody anything, last
//! what touches a person.

/// What is written of a family.
pub struct Runbook {
    /// The family in a few words, for titles.
    pub title: &'static str,
    /// What would refute a finding of it.
    pub refutes: &'static [&'static str],
    /// What to do, in order.
    pub steps: &'static [&'static str],
}

const KVM: Runbook = Runbook {
    title: "signs of a KVM-over-IP box",
    refutes: &[
        "A photograph, or a video call at the desk, that shows what is plugged in and that it is no such box.",
        "The same device at other desks of the company, bought by IT: then a correction of the signature is due.",
    ],
    steps: &[
        "Read the evidence: which port, since when, and whether a display came with it.",
        "Ask IT whether it issued a KVM switch, dock or test device of that kind to this person.",
        "Look at what else holds on this laptop: place, remote tools, silence.",
        "Do not write to the user over the laptop itself. Speak with their manager and with HR on a way you know is theirs.",
        "Ask for a video call with the laptop in view, or for the laptop back, as your company's rules say.",
        "If it is what it looks like: end sessions and credentials first, then lock the laptop by MDM, and keep the evidence (export).",
    ],
};

const REMOTE_TOOLS: Runbook = Runbook {
    title: "a remote tool nobody approved",
    refutes: &[
        "The help desk installed it, or is connected right now: its ticket or log says so.",
        "The policy approves this instance, and the laptop's policy file is old.",
    ],
    steps: &[
        "Ask the help desk whether the tool, and this session, is theirs. If so, approve it in the policy, with an owner and an end date.",
        "Ask the user who asked for it: they may be the victim of a caller who claimed to be support.",
        "If nobody asked for it: have it removed, and change the credentials used since it was first seen.",
        "Look at what else holds on this laptop: a KVM box or a foreign place makes another case of it.",
    ],
};

const PLACE: Runbook = Runbook {
    title: "a place that does not fit",
    refutes: &[
        "Travel, a move or an office that the company knows of and the list of laptops does not: correct the list.",
        "Databases that err about this network: other laptops there, or its provider, say where it is.",
        "A VPN the company approves: name its exits in the configuration.",
    ],
    steps: &[
        "Read what each database says and how old it is; `moored-collector place explain` shows the decision.",
        "Ask travel and HR records before you ask the person.",
        "Ask the manager whether they know of a journey or a move. Never guess from names, languages or keyboards.",
        "If nobody knows of one: compare with the laptop's other findings, and follow the company's rule for unknown places.",
    ],
};

const INJECTOR: Runbook = Runbook {
    title: "an injector of keys or of presence",
    refutes: &["The device is a macro pad, a scanner or a presenter that the user can show."],
    steps: &[
        "Read the evidence: which device, at which port, since when.",
        "Ask the user what the device is; most are toys against screen locks.",
        "If it types by itself or hides what it is: unplug it, keep it, and treat the laptop as exposed since it came.",
    ],
};

const SIGHT: Runbook = Runbook {
    title: "an agent that does not see or is not heard",
    refutes: &["The laptop was off, returned, lost or installed anew, and IT knows of it."],
    steps: &[
        "Ask MDM whether it hears the laptop, and whether the agent is installed and running.",
        "Ask IT whether it was returned, repaired, lost or installed anew.",
        "If MDM hears it and Moored does not: have the agent installed again, and find out who removed it.",
        "If nobody hears it: ask the user to start it and connect; then treat it as lost, as the company's rules say.",
    ],
};

const COMBINATION: Runbook = Runbook {
    title: "findings that mean more together",
    refutes: &["One of the findings it is made of is refuted."],
    steps: &["Read the findings it is made of first, and follow their steps."],
};

const OTHER: Runbook = Runbook {
    title: "findings of another family",
    refutes: &["What the finding itself names as innocent."],
    steps: &["Read the finding's evidence and its signature's page, and follow what it says."],
};

/// What is written of a family; the general advice for one nobody has written of.
pub fn of(family: &str) -> &'static Runbook {
    match family {
        "kvm" => &KVM,
        "remote-tools" | "lolrmm" => &REMOTE_TOOLS,
        "place" => &PLACE,
        "injector" => &INJECTOR,
        "sight" => &SIGHT,
        "combination" => &COMBINATION,
        _ => &OTHER,
    }
}
