//! A file, line by line, however long it or a line of it is.

use std::io;
use std::io::BufRead;
use std::io::Read as _;

/// Bytes of a line that are given; the rest of a longer one is passed over.
const LINE: u64 = 4096;

/// Bytes of a file that are read; a larger one is refused. The largest we know
/// of, the package list of a full Debian, is a third of it.
const FILE: u64 = 16 << 20;

/// Gives each line to `each`, without what ends it.
pub fn each_line(from: impl BufRead, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let mut from = from.take(FILE);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = from.by_ref().take(LINE).read_until(b'\n', &mut line)?;
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if read > 0 {
            from.skip_until(b'\n')?;
        }
        if from.limit() == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if read == 0 {
            return Ok(());
        }
        each(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        each_line(bytes, &mut |line| lines.push(line.to_vec())).unwrap();
        lines
    }

    #[test]
    fn a_last_line_needs_no_end() {
        assert_eq!(lines(b""), Vec::<Vec<u8>>::new());
        assert_eq!(lines(b"a\n\nb\0"), [&b"a"[..], b"", b"b\0"]);
        assert_eq!(lines(b"a\n\nb\0\n"), [&b"a"[..], b"", b"b\0"]);
    }

    #[test]
    fn of_a_giant_line_the_start_is_given_and_the_next_line_is_whole() {
        let giant = [vec![b'x'; 100_000], b"\nnext\n".to_vec()].concat();
        assert_eq!(lines(&giant), [&[b'x'; 4096][..], b"next"]);
        let exact = [&[b'x'; 4096][..], b"\nnext"].concat();
        assert_eq!(lines(&exact), [&[b'x'; 4096][..], b"next"]);
    }

    #[test]
    fn a_giant_file_is_refused() {
        let refused = each_line(io::BufReader::new(io::repeat(b'x')), &mut |_| {});
        assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
