//! Lets a provider of OpenID Connect say who somebody is: authorization code
//! with PKCE. Nothing is believed that the provider has not signed, or told us
//! over TLS about the one it has signed.

mod web;

use crate::config::Oidc;
use crate::private;
use crate::role::Role;
use openidconnect::AccessTokenHash;
use openidconnect::AdditionalClaims;
use openidconnect::AuthenticationFlow;
use openidconnect::AuthorizationCode;
use openidconnect::Client;
use openidconnect::ClientId;
use openidconnect::ClientSecret;
use openidconnect::CsrfToken;
use openidconnect::EmptyExtraTokenFields;
use openidconnect::EndpointMaybeSet;
use openidconnect::EndpointNotSet;
use openidconnect::EndpointSet;
use openidconnect::IdTokenFields;
use openidconnect::IssuerUrl;
use openidconnect::Nonce;
use openidconnect::OAuth2TokenResponse;
use openidconnect::PkceCodeChallenge;
use openidconnect::PkceCodeVerifier;
use openidconnect::RedirectUrl;
use openidconnect::Scope;
use openidconnect::StandardErrorResponse;
use openidconnect::StandardTokenResponse;
use openidconnect::TokenResponse;
use openidconnect::UserInfoClaims;
use openidconnect::core;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::path::Path;
use web::Web;

/// Where the provider sends browsers back to.
pub const BACK: &str = "/login/provider/back";

/// Why somebody cannot sign in by way of the provider.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// It does not answer, or not as it should.
    #[error("cannot speak with the provider: {0}")]
    Provider(String),
    /// What it says of somebody is not signed, not for us, or not of now.
    #[error("the provider's token is not good: {0}")]
    Token(String),
    /// None of somebody's groups has a role.
    #[error("none of the groups of {0} has a role here")]
    NoRole(String),
}

/// What the browser keeps while it is at the provider.
#[derive(Clone, Serialize, Deserialize)]
pub struct Trip {
    /// What must come back.
    pub state: String,
    nonce: String,
    verifier: String,
}

/// Who somebody is, as the provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Who they are to the provider, for good.
    pub subject: String,
    /// What they are called.
    pub name: String,
    /// What their groups may do.
    pub role: Role,
}

/// A provider.
pub struct Provider {
    settings: Oidc,
    secret: Option<ClientSecret>,
    web: Web,
}

/// Claims besides the standard ones, such as groups.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct More(BTreeMap<String, Value>);

impl AdditionalClaims for More {}

type Fields = IdTokenFields<
    More,
    EmptyExtraTokenFields,
    core::CoreGenderClaim,
    core::CoreJweContentEncryptionAlgorithm,
    core::CoreJwsSigningAlgorithm,
>;

type Speaker = Client<
    More,
    core::CoreAuthDisplay,
    core::CoreGenderClaim,
    core::CoreJweContentEncryptionAlgorithm,
    core::CoreJsonWebKey,
    core::CoreAuthPrompt,
    StandardErrorResponse<core::CoreErrorResponseType>,
    StandardTokenResponse<Fields, core::CoreTokenType>,
    core::CoreTokenIntrospectionResponse,
    core::CoreRevocableToken,
    core::CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Provider {
    /// The provider of the settings; its files are read now, it is asked later.
    pub fn new(settings: &Oidc) -> io::Result<Self> {
        let secret = settings.client_secret_file.as_deref().map(secret).transpose()?;
        let web = Web::new(settings.authority.as_deref())?;
        Ok(Self { settings: settings.clone(), secret, web })
    }

    /// Its address, as it signs.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where to send a browser, and what it must keep meanwhile.
    pub async fn begin(&self) -> Result<(String, Trip), OidcError> {
        let speaker = self.speaker().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<core::CoreResponseType>::AuthorizationCode;
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let (address, state, nonce) = speaker
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        let trip = Trip {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok((address.to_string(), trip))
    }

    /// Who came back with this code.
    pub async fn finish(&self, trip: Trip, code: String) -> Result<Told, OidcError> {
        let speaker = self.speaker().await?;
        let answer = speaker
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| failed(&error))?
            .set_pkce_verifier(PkceCodeVerifier::new(trip.verifier))
            .request_async(&self.web)
            .await
            .map_err(|error| failed(&error))?;
        let token =
            answer.id_token().ok_or_else(|| OidcError::Token("it is missing".to_owned()))?;
        let verifier = speaker.id_token_verifier();
        let claims =
            token.claims(&verifier, &Nonce::new(trip.nonce)).map_err(|error| bad(&error))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|error| bad(&error))?;
            let key = token.signing_key(&verifier).map_err(|error| bad(&error))?;
            let found = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
            if found.map_err(|error| bad(&error))? != *expected {
                return Err(OidcError::Token("the access token is another one's".to_owned()));
            }
        }
        let subject = claims.subject().clone();
        let mut said = values(claims)?;
        let wanted = [&self.settings.name_claim, &self.settings.role_claim];
        if !wanted.iter().all(|claim| said.contains_key(*claim))
            && let Ok(request) =
                speaker.user_info(answer.access_token().clone(), Some(subject.clone()))
        {
            let more: UserInfoClaims<More, core::CoreGenderClaim> =
                request.request_async(&self.web).await.map_err(|error| failed(&error))?;
            // What is signed goes first.
            for (claim, value) in values(&more)? {
                said.entry(claim).or_insert(value);
            }
        }
        self.told(subject.to_string(), &said)
    }

    fn told(&self, subject: String, said: &BTreeMap<String, Value>) -> Result<Told, OidcError> {
        let text = |claim: &str| said.get(claim).and_then(Value::as_str);
        let name = text(&self.settings.name_claim).or_else(|| text("email")).unwrap_or(&subject);
        let groups = match said.get(&self.settings.role_claim) {
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(group)) => vec![group.as_str()],
            _ => Vec::new(),
        };
        let Some(role) = self.settings.role(groups) else {
            return Err(OidcError::NoRole(name.to_owned()));
        };
        Ok(Told { name: plain(name), role, subject })
    }

    /// Asks the provider for its addresses and keys: they may change any day.
    async fn speaker(&self) -> Result<Speaker, OidcError> {
        let Oidc { issuer, client_id, address, .. } = &self.settings;
        let issuer = IssuerUrl::new(issuer.clone()).map_err(|error| failed(&error))?;
        let known = core::CoreProviderMetadata::discover_async(issuer, &self.web);
        let known = known.await.map_err(|error| failed(&error))?;
        let back = RedirectUrl::new(format!("{address}{BACK}")).map_err(|error| failed(&error))?;
        let id = ClientId::new(client_id.clone());
        Ok(Client::from_provider_metadata(known, id, self.secret.clone()).set_redirect_uri(back))
    }
}

fn secret(file: &Path) -> io::Result<ClientSecret> {
    let text = private::read(file)?.and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let missing = || io::Error::other(format!("{} holds no secret", file.display()));
    text.map(ClientSecret::new).ok_or_else(missing)
}

fn values(claims: &impl Serialize) -> Result<BTreeMap<String, Value>, OidcError> {
    serde_json::to_value(claims).and_then(serde_json::from_value).map_err(|error| bad(&error))
}

/// A name that an account can have, as near to the provider's as can be.
fn plain(name: &str) -> String {
    let plain = |sign: char| match sign.to_ascii_lowercase() {
        sign if sign.is_ascii_alphanumeric() || "._-@".contains(sign) => sign,
        _ => '-',
    };
    name.chars().map(plain).take(64).collect()
}

fn failed(error: &dyn Error) -> OidcError {
    OidcError::Provider(with_causes(error))
}

fn bad(error: &dyn Error) -> OidcError {
    OidcError::Token(with_causes(error))
}

fn with_causes(error: &dyn Error) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_provider_becomes_one_of_ours() {
        assert_eq!(plain("Ada.Lovelace@Example.com"), "ada.lovelace@example.com");
        assert_eq!(plain("Ada <b>Ü"), "ada--b--");
        assert_eq!(plain(&"x".repeat(100)).len(), 64);
    }
}
