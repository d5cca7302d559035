//! Where packages put what is ours, on each platform.

use crate::host::Platform;

/// Where packages put what is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// The configuration file.
    pub config: &'static str,
    /// Where whoever manages the machine sets what goes before that file: a file, or
    /// on Windows a key of the registry.
    pub managed: &'static str,
    /// The folder of our state.
    pub state: &'static str,
    /// The folder of signatures.
    pub signatures: &'static str,
}

impl Places {
    /// Those of a platform.
    pub const fn of(platform: Platform) -> Self {
        match platform {
            Platform::Linux => Self {
                config: "/etc/moored/agent.toml",
                managed: "/etc/moored/environment",
                state: "/var/lib/moored",
                signatures: "/usr/share/moored/signatures",
            },
            Platform::Windows => Self {
                config: r"C:\ProgramData\Moored\agent.toml",
                managed: r"HKLM\SOFTWARE\Policies\Moored",
                state: r"C:\ProgramData\Moored",
                signatures: r"C:\Program Files\Moored\signatures",
            },
            Platform::Macos => Self {
                config: "/Library/Application Support/Moored/agent.toml",
                managed: "/Library/Managed Preferences/org.moored.agent.plist",
                state: "/Library/Application Support/Moored",
                signatures: "/Library/Application Support/Moored/signatures",
            },
        }
    }
}
