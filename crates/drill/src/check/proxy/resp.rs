//! RESP as far as a proxy must understand it: where a value ends, which values are hints, which commands subscribe, and
//! where Redis names addresses.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// Longer is no value that anybody sends here.
const VALUE_BYTES_MAX: usize = 64 << 20;
/// Within so many bytes a command or a push says what it is.
const NAME_BYTES: usize = 48;

/// The next value, whole; `None` at the end.
pub(super) async fn read(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let mut left = 1u64;
    while left > 0 {
        let begin = bytes.len();
        from.read_until(b'\n', &mut bytes).await?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let line = &bytes[begin..];
        let Some(text) = line.strip_suffix(b"\r\n").filter(|line| !line.is_empty()) else {
            return Err(io::Error::other("this is no RESP, or it was cut off"));
        };
        let count = std::str::from_utf8(&text[1..]).ok();
        // Null is -1.
        let count = count
            .and_then(|text| text.parse::<i64>().ok())
            .and_then(|n| u64::try_from(n).ok());
        match text[0] {
            b'$' | b'=' | b'!' => {
                if let Some(length) = count {
                    let (before, length) = (bytes.len(), length as usize + 2);
                    if before + length > VALUE_BYTES_MAX {
                        return Err(io::Error::other("a value is too long"));
                    }
                    bytes.resize(before + length, 0);
                    from.read_exact(&mut bytes[before..]).await?;
                }
            }
            b'*' | b'>' | b'~' => left += count.unwrap_or(0),
            b'%' => left += 2 * count.unwrap_or(0),
            // What it is about follows.
            b'|' => left += 2 * count.unwrap_or(0) + 1,
            _ => {}
        }
        left -= 1;
    }
    Ok(Some(bytes))
}

/// Whether it is a message on a channel.
pub(super) fn is_hint(value: &[u8]) -> bool {
    value.starts_with(b">") && names(value, b"message\r\n")
}

/// Whether it asks for a channel.
pub(super) fn is_subscription(value: &[u8]) -> bool {
    value.starts_with(b"*") && (names(value, b"SSUBSCRIBE\r\n") || names(value, b"\nSUBSCRIBE\r\n"))
}

fn names(value: &[u8], name: &[u8]) -> bool {
    let head = &value[..value.len().min(NAME_BYTES)];
    head.windows(name.len()).any(|part| part == name)
}

/// Puts other addresses, of the same length, where Redis names its servers: not in messages, which are not Redis' own.
pub(super) fn rename(value: &mut [u8], from: &[u8], to: &[u8]) {
    debug_assert_eq!(from.len(), to.len());
    if value.starts_with(b">") {
        return;
    }
    let mut at = 0;
    while let Some(found) = value[at..]
        .windows(from.len())
        .position(|part| part == from)
    {
        at += found;
        value[at..at + to.len()].copy_from_slice(to);
        at += to.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HINT: &[u8] = b">3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$12\r\n127.0.8.1\r\nx\r\n";

    #[tokio::test]
    async fn values_are_told_apart_and_a_cut_one_is_an_error() {
        let values: [&[u8]; 6] = [
            b"+OK\r\n",
            HINT,
            b"*2\r\n$10\r\nSSUBSCRIBE\r\n$1\r\nc\r\n",
            b"%1\r\n+k\r\n*-1\r\n",
            b"|1\r\n+k\r\n:1\r\n$-1\r\n",
            b"=7\r\ntxt:a\r\n\r\n",
        ];
        let all = values.concat();
        let mut from = &all[..];
        for value in values {
            assert_eq!(read(&mut from).await.unwrap().as_deref(), Some(value));
        }
        assert_eq!(read(&mut from).await.unwrap(), None);
        assert!(read(&mut &HINT[..HINT.len() - 3]).await.is_err());
        assert!(read(&mut &b"*2\r\n+a\r"[..]).await.is_err());
    }

    #[test]
    fn hints_and_subscriptions_are_known() {
        assert!(is_hint(HINT));
        assert!(!is_hint(b">3\r\n$10\r\nssubscribe\r\n$1\r\nc\r\n:1\r\n"));
        assert!(is_subscription(b"*2\r\n$10\r\nSSUBSCRIBE\r\n$1\r\nc\r\n"));
        assert!(!is_subscription(
            b"*2\r\n$12\r\nSUNSUBSCRIBE\r\n$1\r\nc\r\n"
        ));
        assert!(!is_subscription(HINT));
    }

    #[test]
    fn addresses_are_renamed_in_answers_and_never_in_messages() {
        let mut moved = b"-MOVED 7 127.0.8.2:7001\r\n".to_vec();
        rename(&mut moved, b"127.0.8.", b"127.0.4.");
        assert_eq!(moved, b"-MOVED 7 127.0.4.2:7001\r\n");
        let mut hint = HINT.to_vec();
        rename(&mut hint, b"127.0.8.", b"127.0.4.");
        assert_eq!(hint, HINT);
    }
}
