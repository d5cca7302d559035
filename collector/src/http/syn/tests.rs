//! First packets: of real connections, of other systems, and of nobody.
#![expect(clippy::disallowed_methods, reason = "the test is the laptop: it opens sockets")]

use super::*;
use crate::place::syn::Stack;
use etherparse::IpHeaders;
use etherparse::PacketBuilder;
use etherparse::PacketBuilderStep;
use proptest::prelude::*;

/// A first packet with these options, after its IP header.
fn first(ip: PacketBuilderStep<IpHeaders>, options: &[TcpOptionElement]) -> Vec<u8> {
    let step = ip.tcp(50_000, 8443, 1, 65_535).syn().options(options).unwrap();
    let mut packet = vec![0; step.size(0)];
    step.write_to_slice(&mut packet, &[]).unwrap();
    packet
}

fn v4(hops: u8) -> PacketBuilderStep<IpHeaders> {
    PacketBuilder::ipv4([192, 0, 2, 7], [198, 51, 100, 1], hops)
}

const WINDOWS: [TcpOptionElement; 6] = [
    TcpOptionElement::MaximumSegmentSize(1460),
    TcpOptionElement::Noop,
    TcpOptionElement::WindowScale(8),
    TcpOptionElement::Noop,
    TcpOptionElement::Noop,
    TcpOptionElement::SelectiveAcknowledgementPermitted,
];

const LINUX: [TcpOptionElement; 5] = [
    TcpOptionElement::MaximumSegmentSize(1380),
    TcpOptionElement::SelectiveAcknowledgementPermitted,
    TcpOptionElement::Timestamp(7, 0),
    TcpOptionElement::Noop,
    TcpOptionElement::WindowScale(7),
];

fn syn(hops_left: u8, mss: u16, window_scale: u8, has_timestamp: bool) -> Syn {
    let (mss, window_scale) = (Some(mss), Some(window_scale));
    Syn { hops_left, mss, window_scale, has_timestamp }
}

#[test]
fn the_stacks_of_windows_and_linux_are_told_apart_over_both_versions_of_ip() {
    let windows = parse(&first(v4(115), &WINDOWS));
    assert_eq!(windows, Some(syn(115, 1460, 8, false)));
    assert_eq!(windows.unwrap().stack(), Some(Stack::Windows));
    let v6 = PacketBuilder::ipv6([1; 16], [2; 16], 54);
    let linux = parse(&first(v6, &LINUX));
    assert_eq!(linux, Some(syn(54, 1380, 7, true)));
    assert_eq!(linux.unwrap().stack(), Some(Stack::Unix));
}

#[test]
fn the_packet_may_say_it_is_longer_than_what_was_kept() {
    let step = v4(64).tcp(1, 2, 3, 4).syn().options(&LINUX).unwrap();
    let mut packet = vec![0; step.size(9)];
    step.write_to_slice(&mut packet, &[7; 9]).unwrap();
    packet.truncate(packet.len() - 9);
    assert_eq!(parse(&packet), Some(syn(64, 1380, 7, true)));
}

#[test]
fn only_the_first_packet_of_tcp_counts() {
    let bare = Syn { hops_left: 64, mss: None, window_scale: None, has_timestamp: false };
    let written = |step: PacketBuilderStep<etherparse::TcpHeader>| {
        let mut packet = vec![0; step.size(0)];
        step.write_to_slice(&mut packet, &[]).unwrap();
        parse(&packet)
    };
    assert_eq!(written(v4(64).tcp(1, 2, 3, 4).syn()), Some(bare));
    assert_eq!(written(v4(64).tcp(1, 2, 3, 4).syn().ack(5)), None);
    assert_eq!(written(v4(64).tcp(1, 2, 3, 4)), None);
    let mut datagram = vec![0; v4(64).udp(1, 2).size(0)];
    v4(64).udp(1, 2).write_to_slice(&mut datagram, &[]).unwrap();
    assert_eq!(parse(&datagram), None);
}

#[tokio::test]
async fn the_kernel_keeps_it_for_one_question_and_only_where_it_is_asked_to() {
    for (listen, to) in [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("::", "127.0.0.1")] {
        for is_kept in [true, false] {
            let listener = TcpListener::bind((listen, 0)).await.unwrap();
            if is_kept {
                keep(&listener).unwrap();
            }
            let port = listener.local_addr().unwrap().port();
            let _there = TcpStream::connect((to, port)).await.unwrap();
            let (here, _) = listener.accept().await.unwrap();
            let syn = of(&here);
            assert_eq!(syn.and_then(|syn| syn.stack()), is_kept.then_some(Stack::Unix));
            assert!(syn.is_none_or(|syn| syn.mss > Some(536) && syn.hops() == 0), "{syn:?}");
            assert_eq!(of(&here), None);
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_and_damage_breaks_nothing(
        noise in prop::collection::vec(any::<u8>(), 0..200),
        (place, byte) in (0..60_usize, any::<u8>()),
        length in 0..60_usize,
    ) {
        let _ = parse(&noise);
        let mut packet = first(v4(64), &LINUX);
        packet[place] = byte;
        let _ = parse(&packet);
        let _ = parse(&packet[..length]);
    }
}
