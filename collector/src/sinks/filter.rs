//! What a sink is sent.

use event::Detail;
use event::News;
use event::What;
use model::Severity;
use model::Standing;
use settings::Reader;
use std::collections::BTreeSet;

/// What a sink is sent. A test passes always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The least severity of an incident.
    pub severity: Severity,
    /// The groups of laptops; none is all.
    pub groups: BTreeSet<String>,
    /// True if incidents of leads alone are sent, too.
    pub leads: bool,
    /// How much is told.
    pub detail: Detail,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            severity: Severity::Informational,
            groups: BTreeSet::new(),
            leads: false,
            detail: Detail::Incidents,
        }
    }
}

impl Filter {
    /// Reads its settings.
    pub fn read(table: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let is_raw = table.take("raw").unwrap_or(false);
        Self {
            severity: table.take("severity").unwrap_or(usual.severity),
            groups: table.take("groups").unwrap_or_default(),
            leads: table.take("leads").unwrap_or(usual.leads),
            detail: if is_raw { Detail::Raw } else { Detail::Incidents },
        }
    }

    /// Whether this is to be sent.
    pub fn wants(&self, news: &News) -> bool {
        match news {
            News::Incident(event) if event.what == What::Test => true,
            News::Incident(event) => {
                let incident = &event.incident;
                let is_lead = !incident.findings.is_empty()
                    && incident.findings.iter().all(|it| it.finding.standing == Standing::Lead);
                incident.severity >= self.severity
                    && (self.leads || !is_lead)
                    && incident.laptops.iter().any(|it| self.is_of(it.group.as_deref()))
                        | self.groups.is_empty()
            }
            News::Laptop(arrival) => {
                self.detail == Detail::Raw && self.is_of(arrival.laptop.group.as_deref())
            }
        }
    }

    fn is_of(&self, group: Option<&str>) -> bool {
        self.groups.is_empty() || group.is_some_and(|group| self.groups.contains(group))
    }
}
