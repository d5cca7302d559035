//! What `moored record` writes down of the way out.

use super::gateway::WayOut;
use super::linux;
use super::macos;
use crate::host::LinkRow;
use crate::host::NeighborRow;
use crate::host::Platform;
use crate::host::Recording;
use crate::host::RouteRow;

/// What stands in a recording for the interface and for the router's address.
const WAY_OUT: &str = "way-out";

/// What a recording keeps of the way out: nothing by which this network could
/// be told from another.
pub struct Kept {
    link: LinkRow,
    route: RouteRow,
    router: Option<NeighborRow>,
    /// The file that says what kind of device it is.
    told: Option<(String, String)>,
}

impl Kept {
    /// Takes it out of a recording that is blanked and still whole.
    pub fn of(recording: &mut Recording) -> Option<Self> {
        let links = recording.link.as_deref().unwrap_or_default();
        let routes = recording.route.as_deref().unwrap_or_default();
        let way = WayOut::find(recording.platform, links, routes)?;
        let neighbors = recording.neighbor.as_deref().unwrap_or_default();
        let row = neighbors.iter().find(|row| way.is_router(row)).cloned();
        let (link, route, address) =
            (way.link.clone(), way.route.clone(), way.via.map(|_| WAY_OUT.to_owned()));
        let told = match recording.platform {
            Platform::Linux => linux::taken(recording, &link.name, WAY_OUT),
            Platform::Macos => macos::taken(recording, &link.name, WAY_OUT),
            // It is in the interface's row.
            Platform::Windows => None,
        };
        Some(Self {
            link: LinkRow { name: WAY_OUT.to_owned(), ..link },
            route: RouteRow { via: address.clone(), ..route },
            router: row.zip(address).map(|(row, address)| NeighborRow {
                address,
                interface: WAY_OUT.to_owned(),
                name: None,
                ..row
            }),
            told,
        })
    }

    /// Puts it into the recording when the rest has been taken out of that. A
    /// tunnel that was kept is the way out already.
    pub fn put(self, recording: &mut Recording) {
        let links = recording.link.get_or_insert_default();
        if links.iter().any(|link| link.index == self.link.index) {
            return;
        }
        links.push(self.link);
        recording.route.get_or_insert_default().push(self.route);
        recording.neighbor.get_or_insert_default().extend(self.router);
        recording.text.extend(self.told);
    }
}
