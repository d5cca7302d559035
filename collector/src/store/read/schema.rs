//! How the words of `model` look in the API's description.
//!
//! `model` is the agent's as well and knows nothing of the API; a test holds
//! these against it.

use utoipa::ToSchema;

/// How bad a finding is if it is true.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Informational,
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// As much as can be.
    Critical,
}

/// How sure the evidence makes us.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Confidence {
    /// Little.
    Low,
    /// Somewhat.
    Medium,
    /// Very.
    High,
}

/// What kind of evidence it is; newer agents may know more kinds.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Kind {
    /// What a thing says it is.
    Identity,
    /// How it is built.
    Structure,
    /// What it says and how it is built do not agree.
    Contradiction,
    /// What it left behind.
    Leftover,
    /// A display.
    Display,
    /// What came or left together.
    Coincidence,
    /// What it does.
    Activity,
    /// What became another thing.
    Change,
    /// A machine near by.
    Neighbor,
    /// One this collector does not know.
    Other,
}

/// Whether a finding is to alert somebody.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Standing {
    /// It is.
    Alert,
    /// It is a single weak sign.
    Lead,
}

/// How far a remote tool has come.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Rung {
    /// It is installed.
    Present,
    /// Its program runs.
    Running,
    /// Somebody elsewhere can reach it.
    Reachable,
    /// Somebody is connected.
    Session,
}

/// What the policy says of a remote tool.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Verdict {
    /// The company's own.
    Approved,
    /// The company's tool, somebody else's installation.
    ForeignInstance,
    /// Whose installation it is cannot be read.
    UnreadableInstance,
    /// It was approved until a day that is over.
    Expired,
    /// Nobody has approved it.
    NotApproved,
    /// The policy says nothing.
    Unknown,
    /// One this collector does not know.
    Other,
}

/// Who has approved a tool, why and until when.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is told")]
pub struct Approval {
    /// Who answers for it.
    owner: String,
    /// What it is needed for.
    reason: String,
    /// Its last day.
    #[schema(format = Date)]
    expires: String,
}

/// How well a sensor sees: `"seeing"`, or why it is blind.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Sight {
    /// It sees.
    Seeing,
    /// It does not.
    Blind(Blindness),
}

/// Why a sensor is blind.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its shape is told")]
pub struct Blindness {
    /// What it cannot read.
    source: String,
    /// Why not.
    reason: String,
}

/// What has become of an incident.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum IncidentState {
    /// Nobody has looked at it.
    Open,
    /// Somebody looks into it.
    Acknowledged,
    /// It is silent for a time.
    Suppressed,
    /// It is over.
    Closed,
}

/// What an incident was.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Outcome {
    /// What it looked like.
    True,
    /// What it looked like, and allowed.
    Benign,
    /// Not what it looked like.
    False,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;
    use serde::Serialize;
    use serde_json::Value;
    use serde_json::json;
    use utoipa::PartialSchema;

    fn check<M: Serialize>(schema: impl Serialize, all: &[M]) {
        let schema = serde_json::to_value(schema).unwrap();
        let told: Vec<&Value> = schema["enum"].as_array().unwrap().iter().collect();
        assert_eq!(json!(told), json!(all), "{schema}");
    }

    #[test]
    fn the_description_says_the_words_of_the_wire() {
        use model::Confidence as C;
        use model::Kind as K;
        use model::Severity as S;
        use model::Standing as T;

        check(Severity::schema(), &[S::Informational, S::Low, S::Medium, S::High, S::Critical]);
        check(Confidence::schema(), &[C::Low, C::Medium, C::High]);
        check(Standing::schema(), &[T::Alert, T::Lead]);
        check(IncidentState::schema(), &event::State::ALL);
        check(Outcome::schema(), &event::Outcome::ALL);
        check(Rung::schema(), &policy::RUNGS);
        check(Verdict::schema(), &policy::VERDICTS);
        let kinds = [
            K::Identity,
            K::Structure,
            K::Contradiction,
            K::Leftover,
            K::Display,
            K::Coincidence,
            K::Activity,
            K::Change,
            K::Neighbor,
            K::Other,
        ];
        check(Kind::schema(), &kinds);
    }
}
