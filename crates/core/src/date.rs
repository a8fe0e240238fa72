//! Dates and times as people write them: `2026-01-31`, `2026-01-31T18:30`, `2026-01-31T18:30:00Z`,
//! `2026-01-31T18:30+01:00`.
//!
//! Pure. It knows the calendar and no time zones, whose rules change several times a year: where no offset from UTC is
//! written, the caller says one.

/// How far a zone's clock may be from UTC, in minutes.
pub const OFFSET_MIN_MAX: i32 = 14 * 60;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// What was written: a moment, or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Where it begins, in milliseconds since 1970 (UTC).
    pub from_ms: u64,
    /// Where it ends: of a day, at the next one; of a moment, where it begins.
    pub to_ms: u64,
}

/// Reads a date or a time; one without an offset is so many minutes ahead of UTC. `None`: it is none, or before 1970.
pub fn when(text: &str, offset_min: i32) -> Option<When> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let days = days(date)?;
    let local = -i64::from(offset_min) * MINUTE_MS;
    let (from, length) = match time {
        None => (days * DAY_MS + local, DAY_MS),
        Some(time) => {
            let (clock, offset) = clock_and_offset(time)?;
            let shift = offset.map_or(local, |minutes| -minutes * MINUTE_MS);
            (days * DAY_MS + clock + shift, 0)
        }
    };
    Some(When {
        from_ms: u64::try_from(from).ok()?,
        to_ms: u64::try_from(from + length).ok()?,
    })
}

/// Days since 1970-01-01.
fn days(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = number(parts.next()?, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if parts.next().is_some() || !(1..=length).contains(&day) {
        return None;
    }
    // Years that begin in March, so that a leap day is a year's last.
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468)
}

/// Milliseconds after midnight, and minutes ahead of UTC if they are written.
fn clock_and_offset(time: &str) -> Option<(i64, Option<i64>)> {
    let at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, offset) = time.split_at(at);
    let offset = match offset {
        "" => None,
        "Z" | "z" => Some(0),
        signed => {
            let (hours, minutes) = signed[1..].split_once(':')?;
            let minutes = number(hours, 2)? * 60 + number(minutes, 2)?;
            if minutes > i64::from(OFFSET_MIN_MAX) {
                return None;
            }
            Some(if signed.starts_with('-') {
                -minutes
            } else {
                minutes
            })
        }
    };
    let mut parts = clock.split(':');
    let hour = number(parts.next()?, 2)?;
    let minute = number(parts.next()?, 2)?;
    let (second, millis) = match parts.next() {
        None => (0, 0),
        Some(second) => match second.split_once('.') {
            None => (number(second, 2)?, 0),
            Some((second, fraction)) => (number(second, 2)?, number(fraction, 3)?),
        },
    };
    let fits = parts.next().is_none() && hour < 24 && minute < 60 && second < 60;
    let clock = ((hour * 60 + minute) * 60 + second) * 1_000 + millis;
    fits.then_some((clock, offset))
}

/// So many digits and nothing else.
fn number(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_read_by_the_clock_that_is_meant() {
        let day = |from_ms: u64| When {
            from_ms,
            to_ms: from_ms + 86_400_000,
        };
        let moment = |ms: u64| When {
            from_ms: ms,
            to_ms: ms,
        };
        for (text, offset_min, expected) in [
            ("1970-01-01", 0, day(0)),
            ("2026-01-31", 0, day(1_769_817_600_000)),
            ("2026-01-31", 60, day(1_769_817_600_000 - 3_600_000)),
            ("2026-01-31", -90, day(1_769_817_600_000 + 5_400_000)),
            ("2024-02-29", 0, day(1_709_164_800_000)),
            ("2000-03-01", 0, day(951_868_800_000)),
            ("2026-01-31T00:00Z", 500, moment(1_769_817_600_000)),
            ("2026-01-31 01:00:00+01:00", 500, moment(1_769_817_600_000)),
            ("2026-01-30T22:30-01:30", 0, moment(1_769_817_600_000)),
            ("2026-01-31T01:00", 60, moment(1_769_817_600_000)),
            ("2026-01-31T00:00:01.250Z", 0, moment(1_769_817_601_250)),
        ] {
            assert_eq!(when(text, offset_min), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "2026",
            "2026-1-31",
            "2026-01-32",
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-01-31-01",
            "2026-01-31T",
            "2026-01-31T24:00",
            "2026-01-31T12",
            "2026-01-31T12:60",
            "2026-01-31T12:00+1:00",
            "2026-01-31T12:00+15:00",
            "2026-01-31T12:00:00:00",
            "+026-01-31",
            "1969-12-31",
            "２０２６-01-31",
        ] {
            assert_eq!(when(text, 0), None, "{text:?}");
        }
    }
}
