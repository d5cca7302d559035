//! What a host is judged by: the signatures, and what the company says of tools.

use crate::policy::Policy;
use crate::sensors::Asked;
use crate::signature::Index;
use crate::signature::Signature;
use crate::signature::pattern::Pattern;
use crate::world::World;
use model::Value;
use std::collections::BTreeSet;

/// The signatures, ready to judge by, and the company's policy.
#[derive(Debug, Default)]
pub struct Rules {
    /// The signatures, in order of ids.
    pub signatures: Vec<Signature>,
    /// What the company says of remote tools.
    pub policy: Policy,
    index: Index,
}

impl Rules {
    /// Judges by these.
    pub fn new(mut signatures: Vec<Signature>, policy: Policy) -> Self {
        signatures.sort_by(|one, other| one.id.cmp(&other.id));
        let index = Index::new(&signatures);
        Self { signatures, policy, index }
    }

    /// The signatures that what these sensors see can concern, in order of ids;
    /// `open` are the ids of those that hold already.
    pub fn concerned<'a, 'b>(
        &'a self,
        sensors: &[&str],
        world: &World,
        open: impl Iterator<Item = &'b String>,
    ) -> Vec<&'a Signature> {
        let concerned = sensors.iter().flat_map(|sensor| self.index.concerned(sensor, world));
        let mut places: BTreeSet<usize> = concerned.collect();
        let asks = |place: &usize| {
            let signature = self.signatures.get(*place);
            signature.is_some_and(|one| sensors.iter().any(|sensor| one.asks(sensor)))
        };
        places.extend(open.filter_map(|id| self.place(id)).filter(asks));
        places.into_iter().filter_map(|place| self.signatures.get(place)).collect()
    }

    /// The signature of that id.
    pub fn find(&self, id: &str) -> Option<&Signature> {
        self.signatures.get(self.place(id)?)
    }

    /// The signatures of a family, whose ids begin with its name and a dot.
    pub fn family(&self, name: &str) -> impl Iterator<Item = &Signature> {
        let prefix = format!("{name}.");
        let first = self.signatures.partition_point(|one| one.id < prefix);
        let rest = self.signatures.iter().skip(first);
        rest.take_while(move |one| one.id.starts_with(&prefix))
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.signatures.binary_search_by(|one| one.id.as_str().cmp(id)).ok()
    }

    /// What sensors are to look for by name.
    pub fn asked(&self) -> Asked {
        let tools = self.signatures.iter().filter_map(|signature| signature.tool.as_ref());
        let settings = tools.flat_map(|tool| tool.settings.clone()).collect();
        let contents = self.signatures.iter().any(|signature| signature.asks("program"));
        let markers = self.texts("program", "markers").into_iter().filter(|text| is_whole(text));
        let relays = self.texts("socket", "relays");
        Asked { settings, contents, markers: markers.collect(), relays, network_key: None }
    }

    /// The programs that are looked out for by name, in lower case. A pattern
    /// with a `*` is no name: what it means is found by looks only.
    pub fn programs(&self) -> BTreeSet<String> {
        let mut names = self.texts("process", "program");
        names.extend(self.texts("process", "name"));
        names.retain(|name| is_whole(name));
        names
    }

    /// The texts that any signature wants a field to be.
    fn texts(&self, sensor: &str, field: &str) -> BTreeSet<String> {
        let questions = self.signatures.iter().flat_map(Signature::questions);
        let asked = questions.filter(|question| question.sensor == sensor);
        let values = asked.filter_map(|question| question.fields.get(field));
        let texts = values.flat_map(Pattern::values).filter_map(|value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    }
}

/// True if nothing of a text is left open.
fn is_whole(text: &str) -> bool {
    !text.contains('*')
}

impl From<Vec<Signature>> for Rules {
    /// Without a policy.
    fn from(signatures: Vec<Signature>) -> Self {
        Self::new(signatures, Policy::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::Family;
    use crate::signature::read;

    const PIKVM: &str = include_str!("../../config/signatures/kvm/pikvm.toml");

    fn asks(fields: &str) -> Signature {
        let (texts, _) = PIKVM.split_once("[[when]]").unwrap();
        let question = format!("[[when]]\nsensor = \"process\"\nwhere = {{ {fields} }}\n");
        let examples = "[[hit]]\nprocess = [{ name = \"anydesk\", program = \"vncers\", executable = \"/usr/bin/other\" }]\n[[miss]]\nprocess = []\n";
        let text = format!("{texts}{question}{examples}");
        read("kvm.x", "x.toml", &text, &Family::default()).unwrap()
    }

    #[test]
    fn only_whole_names_of_programs_are_looked_out_for() {
        let signatures = vec![
            asks("program = [\"X11vnc\", \"vncer*\"]"),
            asks("name = \"anydesk\""),
            asks("executable = \"/usr/bin/other\""),
        ];
        let rules = Rules::from(signatures);
        assert_eq!(rules.programs(), ["anydesk", "x11vnc"].map(str::to_owned).into());
    }
}
