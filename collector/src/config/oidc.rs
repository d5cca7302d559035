//! Who else may say who people are: a provider of OpenID Connect.

use crate::role::Role;
use settings::Reader;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A provider, and what its groups are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// Its address, as it writes it in what it says: `iss`.
    pub issuer: String,
    /// Where browsers find the console.
    pub address: String,
    /// What the provider calls the console.
    pub client_id: String,
    /// The file of what only the two of them know; nothing for a public client.
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that becomes the account's name.
    pub name_claim: String,
    /// The claim that holds the groups.
    pub role_claim: String,
    /// What each group may do.
    pub roles: BTreeMap<String, Role>,
    /// The file of the authority that certifies it; nothing for the system's.
    pub authority: Option<PathBuf>,
}

impl Oidc {
    /// `None` if the section is not there.
    pub(super) fn read(section: &mut Reader<'_>) -> Option<Self> {
        if section.is_empty() {
            // So that a setting that does not belong here is told what does.
            return None;
        }
        let issuer = section.need("issuer").unwrap_or_default();
        let address: String = section.need("address").unwrap_or_default();
        let read = Self {
            issuer,
            address: address.trim_end_matches('/').to_owned(),
            client_id: section.need("client_id").unwrap_or_default(),
            client_secret_file: section.take("client_secret_file"),
            scopes: section
                .take("scopes")
                .unwrap_or_else(|| ["profile", "email", "groups"].map(str::to_owned).to_vec()),
            name_claim: section.take("name_claim").unwrap_or("preferred_username".to_owned()),
            role_claim: section.take("role_claim").unwrap_or("groups".to_owned()),
            roles: section.need("roles").unwrap_or_default(),
            authority: section.take("authority"),
        };
        for (key, text) in [("issuer", &read.issuer), ("address", &read.address)] {
            if !text.is_empty() && !is_safe(text) {
                section.problem(key, "must begin with https://");
            }
        }
        Some(read)
    }

    /// The most that one of these groups may do.
    pub fn role<'a>(&self, groups: impl IntoIterator<Item = &'a str>) -> Option<Role> {
        groups.into_iter().filter_map(|group| self.roles.get(group).copied()).max()
    }
}

/// What stays on this machine needs no TLS.
fn is_safe(address: &str) -> bool {
    let near = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"];
    address.starts_with("https://") || near.iter().any(|start| address.starts_with(start))
}
