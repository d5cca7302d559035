//! Answers as the kernel gives them, the kernel itself, and bytes of nobody.

use super::*;
use netlink_packet_core::DoneMessage;
use netlink_packet_core::ErrorMessage;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::LinkAttribute;
use netlink_packet_route::link::LinkMessage;
use netlink_packet_route::neighbour::NeighbourMessage;
use proptest::prelude::*;
use std::num::NonZeroI32;

type Payload = NetlinkPayload<RouteNetlinkMessage>;

fn message(flags: u16, payload: Payload) -> Vec<u8> {
    let mut header = NetlinkHeader::default();
    header.flags = flags;
    let mut message = NetlinkMessage::new(header, payload);
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

fn item() -> RouteNetlinkMessage {
    RouteNetlinkMessage::NewNeighbour(NeighbourMessage::default())
}

fn done(code: i32) -> Payload {
    let mut done = DoneMessage::default();
    done.code = code;
    NetlinkPayload::Done(done)
}

fn error(code: i32) -> Payload {
    let mut error = ErrorMessage::default();
    error.code = NonZeroI32::new(code);
    NetlinkPayload::Error(error)
}

fn told(datagrams: &[Vec<u8>]) -> Result<Listing<RouteNetlinkMessage>, Option<i32>> {
    let mut listing = Listing::default();
    for datagram in datagrams {
        listing.take(datagram).map_err(|error| error.raw_os_error())?;
    }
    Ok(listing)
}

#[test]
fn a_list_is_told_in_several_datagrams_and_ends_where_it_says() {
    let two = message(0, NetlinkPayload::InnerMessage(item())).repeat(2);
    let end = [message(0, done(0)), b"anything".to_vec()].concat();
    let expected = Listing { items: vec![item(), item()], is_complete: true, torn: false };
    assert_eq!(told(&[two.clone(), end]), Ok(expected));
    let expected = Listing { items: vec![item(), item()], is_complete: false, torn: false };
    assert_eq!(told(&[two]), Ok(expected));
}

#[test]
fn a_list_that_changed_while_it_was_told_is_torn() {
    let one = message(NLM_F_DUMP_INTR, NetlinkPayload::InnerMessage(item()));
    let expected = Listing { items: vec![item()], is_complete: true, torn: true };
    assert_eq!(told(&[one, message(0, done(0))]), Ok(expected));
}

#[test]
fn a_refusal_is_an_error_and_an_acknowledgement_is_not() {
    assert_eq!(told(&[message(0, error(-1))]), Err(Some(1)), "EPERM");
    assert_eq!(told(&[message(0, done(-95))]), Err(Some(95)), "EOPNOTSUPP");
    assert_eq!(told(&[message(0, error(0))]), Ok(Listing::default()));
}

#[test]
fn a_length_is_not_trusted() {
    let whole = message(0, NetlinkPayload::InnerMessage(item()));
    for length in [0_u32, 15, 29, u32::MAX] {
        let mut bytes = whole.clone();
        bytes[..4].copy_from_slice(&length.to_ne_bytes());
        assert_eq!(told(&[bytes]), Err(None), "a length of {length}");
    }
    assert_eq!(told(&[whole[..27].to_vec()]), Err(None));
    assert_eq!(told(&[Vec::new()]), Err(None), "nothing is not an end");
}

#[test]
fn the_kernel_lists_its_interfaces() {
    let request = RouteNetlinkMessage::GetLink(LinkMessage::default());
    let links = dump(ROUTE, request).unwrap();
    let names: Vec<&str> = links
        .iter()
        .filter_map(|link| {
            let RouteNetlinkMessage::NewLink(link) = link else { return None };
            link.attributes.iter().find_map(|attribute| match attribute {
                LinkAttribute::IfName(name) => Some(name.as_str()),
                _ => None,
            })
        })
        .collect();
    assert_eq!(names.len(), links.len(), "every one has a name");
    assert_eq!(names.iter().filter(|name| **name == "lo").count(), 1, "{names:?}");
}

proptest! {
    #[test]
    fn bytes_of_nobody_are_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(told(&[bytes]));
    }
}
