//! The device's side of USB/IP, as far as a plugged-in device needs it: the
//! host's requests (URBs) come in, answers go back.
//!
//! Linux documents the protocol in `Documentation/usb/usbip_protocol.rst`.

use super::peripheral::Answer;
use super::peripheral::Peripheral;
use std::io;
use std::io::Read;
use std::io::Write;
use std::os::unix::net::UnixStream;

const SUBMIT: u32 = 1;
const UNLINK: u32 = 2;
const RETURN_SUBMIT: u32 = 3;
const RETURN_UNLINK: u32 = 4;
const BROKEN_PIPE: i32 = -32;
const CONNECTION_RESET: i32 = -104;

/// A request on the control endpoint (USB 2.0 §9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// `bmRequestType`.
    pub kind: u8,
    /// `bRequest`.
    pub request: u8,
    /// `wValue`.
    pub value: u16,
    /// `wIndex`.
    pub index: u16,
    /// `wLength`.
    pub length: u16,
}

/// Answers for a device until the cable is pulled.
pub fn serve(mut cable: UnixStream, mut device: Peripheral) -> io::Result<()> {
    let mut pending = Vec::new();
    loop {
        let request = match Request::read(&mut cable) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            request => request?,
        };
        match request.command {
            SUBMIT => match request.answer(&mut device) {
                Answer::Later => pending.push(request.sequence),
                answer => cable.write_all(&returned(&request, &answer))?,
            },
            UNLINK => {
                let target = request.unlinked;
                let was_pending = pending.iter().position(|sequence| *sequence == target);
                if let Some(place) = was_pending {
                    pending.swap_remove(place);
                }
                let status = if was_pending.is_some() { CONNECTION_RESET } else { 0 };
                cable.write_all(&header(RETURN_UNLINK, request.sequence, status, 0))?;
            }
            command => return Err(io::Error::other(format!("no such command: {command}"))),
        }
    }
}

/// What the host asks.
struct Request {
    command: u32,
    sequence: u32,
    is_in: bool,
    endpoint: u8,
    setup: Setup,
    unlinked: u32,
    data: Vec<u8>,
}

impl Request {
    fn read(cable: &mut UnixStream) -> io::Result<Self> {
        let mut head = [0; 48];
        cable.read_exact(&mut head)?;
        let word =
            |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let half = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
        let setup = Setup {
            kind: head[40],
            request: head[41],
            value: half(42),
            index: half(44),
            length: half(46),
        };
        let (command, is_in) = (word(0), word(12) == 1);
        let sent = if command == SUBMIT && !is_in { word(24) } else { 0 };
        let mut data = vec![0; usize::try_from(sent).unwrap_or_default()];
        cable.read_exact(&mut data)?;
        let endpoint = head[19];
        Ok(Self { command, sequence: word(4), is_in, endpoint, setup, unlinked: word(20), data })
    }

    fn answer(&self, device: &mut Peripheral) -> Answer {
        match (self.endpoint, self.is_in) {
            (0, _) => device.control(self.setup),
            (endpoint, true) => device.give(endpoint),
            (endpoint, false) => {
                device.take(endpoint, &self.data);
                Answer::Data(Vec::new())
            }
        }
    }
}

fn returned(request: &Request, answer: &Answer) -> Vec<u8> {
    let (status, data) = match answer {
        Answer::Data(data) => (0, &data[..]),
        Answer::Stall | Answer::Later => (BROKEN_PIPE, &[][..]),
    };
    let length = if request.is_in { data.len() } else { request.data.len() };
    let length = u32::try_from(length).unwrap_or_default();
    let mut bytes = header(RETURN_SUBMIT, request.sequence, status, length);
    if request.is_in {
        bytes.extend(data);
    }
    bytes
}

fn header(command: u32, sequence: u32, status: i32, length: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(48);
    for word in [command, sequence, 0, 0, 0, status.cast_unsigned(), length] {
        bytes.extend(word.to_be_bytes());
    }
    bytes.resize(48, 0);
    bytes
}
