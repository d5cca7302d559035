//! Certificates: what is issued, what is asked for in vain, what is shown.
#![expect(clippy::disallowed_methods, reason = "the test looks at, and breaks, what was made")]

use super::*;
use crate::config::Name;
use crate::config::Own;
use jiff::Timestamp;
use rcgen::CertificateParams;
use rcgen::ExtendedKeyUsagePurpose;
use rcgen::IsCa;
use rcgen::KeyPair;
use rustls::pki_types::pem::PemObject;
use std::fs;
use std::path::Path;
use std::time::Duration;
use x509_parser::prelude::FromDer;
use x509_parser::prelude::X509Certificate;

const LAPTOP: &str = "0b5c9e3e-8b5f-4b53-9b0e-3f1d6f6b2a11";
const DAY: Duration = Duration::from_hours(24);

fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn state() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn names(names: &[&str]) -> Vec<Name> {
    names.iter().map(|name| Name::try_from((*name).to_owned()).unwrap()).collect()
}

fn csr(params: &CertificateParams) -> (String, KeyPair) {
    let key = KeyPair::generate().unwrap();
    (params.serialize_request(&key).unwrap().pem().unwrap(), key)
}

#[test]
fn a_request_gives_its_key_and_nothing_else() {
    let state = state();
    let authority = Authority::create(state.path(), now()).unwrap();
    let mut greedy = CertificateParams::new(vec!["evil.example.com".to_owned()]).unwrap();
    greedy.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    greedy.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    greedy.distinguished_name = named("root");
    let (csr, key) = csr(&greedy);
    let issued = authority.issue(&csr, LAPTOP, 30 * DAY, now()).unwrap();
    assert_eq!(issued.not_before.to_string(), "2026-11-24T09:55:00Z");
    assert_eq!(issued.not_after.to_string(), "2026-12-24T10:00:00Z");

    let chain: Vec<CertificateDer> =
        CertificateDer::pem_slice_iter(issued.chain.as_bytes()).map(Result::unwrap).collect();
    assert_eq!(&chain[1..], [authority.certificate().clone()]);
    let expected = Peer { laptop: LAPTOP.to_owned(), not_after: issued.not_after };
    assert_eq!(Peer::of(&chain[0]), Some(expected));

    let (_, certificate) = X509Certificate::from_der(&chain[0]).unwrap();
    assert_eq!(certificate.subject().to_string(), format!("CN={LAPTOP}"));
    assert_eq!(certificate.public_key().subject_public_key.data, key.public_key_raw());
    assert!(!certificate.is_ca());
    let usage = certificate.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.client_auth && !usage.server_auth && !usage.any);
    let names = certificate.subject_alternative_name().unwrap().unwrap().value;
    assert_eq!(names.general_names.len(), 1);
    let (_, signer) = X509Certificate::from_der(&chain[1]).unwrap();
    certificate.verify_signature(Some(signer.public_key())).unwrap();
}

#[test]
fn a_request_not_signed_by_its_key_is_refused() {
    let state = state();
    let authority = Authority::create(state.path(), now()).unwrap();
    let (csr, _) = csr(&CertificateParams::default());
    let mut block = pem::parse(csr).unwrap().into_contents();
    let last = block.len() - 1;
    block[last] ^= 1;
    let forged = pem::encode(&pem::Pem::new("CERTIFICATE REQUEST", block));
    for bad in [forged.as_str(), "", "nonsense", &to_pem(authority.certificate())] {
        let told = authority.issue(bad, LAPTOP, DAY, now());
        assert!(matches!(told, Err(Unissued::Request(_))), "{bad}: {told:?}");
    }
}

#[test]
fn the_authority_is_made_once_and_never_outlived() {
    let state = state();
    let first = Authority::create(state.path(), now()).unwrap().certificate().clone();
    let later = now() + 3640 * DAY;
    let again = Authority::create(state.path(), later).unwrap();
    assert_eq!(again.certificate(), &first);
    let (csr, _) = csr(&CertificateParams::default());
    let issued = again.issue(&csr, LAPTOP, 30 * DAY, later).unwrap();
    assert_eq!(Some(issued.not_after), peer::not_after(&first));
    assert_eq!(issued.not_after, now() + 3650 * DAY);
}

#[test]
fn an_authority_without_its_key_is_not_replaced() {
    let state = state();
    Authority::create(state.path(), now()).unwrap();
    let key = state.path().join("authority.key");
    fs::remove_file(&key).unwrap();
    let told = Authority::create(state.path(), now()).err().unwrap();
    let expected = format!("cannot read {}: it is not there; restore it", key.display());
    assert_eq!(told.to_string(), expected);
}

fn shown(state: &Path, wanted: &[&str], now: Timestamp) -> String {
    let authority = Authority::create(state, now).unwrap();
    let shown = Shown::ours(&authority, state, &names(wanted), now).unwrap();
    assert_eq!(shown.authority().as_ref(), Some(authority.certificate()));
    fs::read_to_string(state.join("server.pem")).unwrap()
}

#[test]
fn the_certificate_shown_is_kept_until_its_end_is_near_or_its_names_change() {
    let state = state();
    let first = shown(state.path(), &["localhost", "::1", "10.0.0.1"], now());
    let same = ["10.0.0.1", "localhost", "0:0:0:0:0:0:0:1"];
    assert_eq!(shown(state.path(), &same, now() + 300 * DAY), first);
    let renewed = shown(state.path(), &same, now() + 306 * DAY);
    assert_ne!(renewed, first);
    let renamed = shown(state.path(), &["localhost"], now() + 306 * DAY);
    assert_ne!(renamed, renewed);
    fs::write(state.path().join("server.pem"), "broken").unwrap();
    assert_ne!(shown(state.path(), &["localhost"], now() + 306 * DAY), renamed);
}

#[test]
fn tokens_name_the_last_certificate_that_is_shown() {
    let state = state();
    assert_eq!(named_authority(state.path(), None), Ok(None));
    let authority = Authority::create(state.path(), now()).unwrap();
    assert_eq!(named_authority(state.path(), None), Ok(Some(authority.certificate().clone())));
    let print = fingerprint(authority.certificate());
    assert_eq!(print.len(), 64);
    assert_eq!(print, crate::secret::hexadecimal(&crate::secret::sha256(authority.certificate())));
}

#[test]
fn a_certificate_of_the_company_must_come_with_its_authority_and_fit_its_key() {
    let (state, company) = (state(), state());
    let file = company.path().join("own.pem");
    let own = Own { certificate: file.clone(), key: file.clone() };
    let text = shown(company.path(), &["localhost"], now());
    fs::write(&file, &text).unwrap();
    let theirs = Authority::create(company.path(), now()).unwrap().certificate().clone();
    assert_eq!(Shown::own(&own).unwrap().authority(), Some(theirs.clone()));
    assert_eq!(named_authority(state.path(), Some(&own)), Ok(Some(theirs.clone())));

    fs::write(&file, text.replacen(&to_pem(&theirs), "", 1)).unwrap();
    let told = Shown::own(&own).err().unwrap().to_string();
    assert!(
        told.ends_with("its last certificate must be that of the authority, and is not"),
        "{told}"
    );

    let other = company.path().join("other.key");
    fs::write(&other, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    fs::write(&file, &text).unwrap();
    let told = Shown::own(&Own { certificate: file, key: other }).err().unwrap().to_string();
    assert!(told.contains("own.pem"), "{told}");
}

#[test]
fn what_is_shown_can_be_replaced_while_it_is_shown() {
    let (one, other) = (state(), state());
    let shown = |state: &Path| {
        let authority = Authority::create(state, now()).unwrap();
        Shown::ours(&authority, state, &names(&["localhost"]), now()).unwrap()
    };
    let (first, second) = (shown(one.path()), shown(other.path()));
    assert_ne!(first.authority(), second.authority());
    first.replace(&second);
    assert_eq!(first.authority(), second.authority());
}
