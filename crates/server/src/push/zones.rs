//! What the clock shows in a time zone, by the system's time zone database (TZif, RFC 9636): its rules change several
//! times a year, and come with the system's updates.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use hearth_core::{node::Zones, own::check_zone};

/// Where systems keep it.
const FOLDER: &str = "/usr/share/zoneinfo";
/// A file of it, in bytes: the largest has some 4 KiB.
const FILE_BYTES_MAX: u64 = 256 * 1024;
/// Zones that are kept in memory: there are some 600 names.
const KEPT_MAX: usize = 1_000;
const DAY_S: i64 = 24 * 60 * 60;

/// The system's time zones.
pub struct SystemZones {
    folder: PathBuf,
    kept: Mutex<HashMap<String, Option<Arc<Zone>>>>,
}

impl Default for SystemZones {
    fn default() -> Self {
        Self {
            folder: PathBuf::from(FOLDER),
            kept: Mutex::default(),
        }
    }
}

impl SystemZones {
    /// Whether the system has any.
    pub fn are_there(&self) -> bool {
        self.zone("Europe/Berlin").is_some()
    }

    fn zone(&self, name: &str) -> Option<Arc<Zone>> {
        // No dots and no way out of the folder.
        check_zone(name).ok().filter(|()| !name.starts_with('/'))?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = kept.get(name) {
            return zone.clone();
        }
        let path = self.folder.join(name);
        let fits = std::fs::metadata(&path).is_ok_and(|file| file.len() <= FILE_BYTES_MAX);
        let bytes = fits.then(|| std::fs::read(&path).ok()).flatten();
        let zone = bytes.and_then(|bytes| Zone::read(&bytes)).map(Arc::new);
        if kept.len() < KEPT_MAX {
            kept.insert(name.to_owned(), zone.clone());
        }
        zone
    }
}

impl Zones for SystemZones {
    fn minute_of_day(&self, zone: &str, wall_ms: u64) -> Option<u16> {
        let at_s = i64::try_from(wall_ms / 1_000).ok()?;
        let local_s = at_s + self.zone(zone)?.offset_s(at_s);
        u16::try_from(local_s.rem_euclid(DAY_S) / 60).ok()
    }
}

/// A time zone.
#[derive(Debug, PartialEq, Eq)]
struct Zone {
    /// From when which offset counts, in seconds, ascending.
    changes: Vec<(i64, i64)>,
    /// Before the first of them.
    first: i64,
    /// After the last.
    rule: Option<Rule>,
}

/// What counts after the last change that is listed: a footer as `CET-1CEST,M3.5.0,M10.5.0/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    standard: i64,
    /// The other offset, and from when to when in each year.
    summer: Option<(i64, Moment, Moment)>,
}

/// A moment of each year, by the local clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    day: Day,
    second: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    /// The n-th (5: last) such day of the week of a month.
    Weekday { month: i64, n: i64, weekday: i64 },
    /// A day of the year, from 1; the 29th of February is not counted.
    Julian(i64),
    /// A day of the year, from 0; it is.
    Plain(i64),
}

impl Zone {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (version, counts, rest) = header(bytes)?;
        if version < b'2' {
            return Self::body(rest, counts, 4).map(|(zone, _)| zone);
        }
        // First comes all in 32 bits, for readers from before.
        let rest = rest.get(counts.bytes(4)..)?;
        let (_, counts, rest) = header(rest)?;
        let (mut zone, footer) = Self::body(rest, counts, 8)?;
        let footer = std::str::from_utf8(footer).ok()?;
        let footer = footer.strip_prefix('\n')?.split('\n').next()?;
        zone.rule = Rule::read(footer);
        Some(zone)
    }

    fn body(bytes: &[u8], counts: Counts, width: usize) -> Option<(Self, &[u8])> {
        let (times, rest) = bytes.split_at_checked(counts.times * width)?;
        let (kinds, rest) = rest.split_at_checked(counts.times)?;
        let (types, _) = rest.split_at_checked(counts.types * 6)?;
        let offsets: Vec<i64> = types
            .chunks_exact(6)
            .map(|one| i64::from(i32::from_be_bytes([one[0], one[1], one[2], one[3]])))
            .collect();
        let time = |one: &[u8]| match *one {
            [a, b, c, d] => i64::from(i32::from_be_bytes([a, b, c, d])),
            [a, b, c, d, e, f, g, h] => i64::from_be_bytes([a, b, c, d, e, f, g, h]),
            _ => 0,
        };
        let changes = times.chunks_exact(width).zip(kinds);
        let changes = changes.map(|(one, kind)| {
            let offset = offsets.get(usize::from(*kind)).copied();
            Some((time(one), offset?))
        });
        let zone = Self {
            changes: changes.collect::<Option<Vec<_>>>()?,
            first: *offsets.first()?,
            rule: None,
        };
        Some((zone, bytes.get(counts.bytes(width)..)?))
    }

    /// How far the clock there is ahead of UTC.
    fn offset_s(&self, at_s: i64) -> i64 {
        let next = self.changes.partition_point(|(from_s, _)| *from_s <= at_s);
        match (next.checked_sub(1), self.rule) {
            (_, Some(rule)) if next == self.changes.len() => rule.offset_s(at_s),
            (Some(last), _) => self.changes[last].1,
            (None, _) => self.first,
        }
    }
}

/// How much of everything a block of the file has.
#[derive(Clone, Copy)]
struct Counts {
    times: usize,
    types: usize,
    chars: usize,
    leaps: usize,
    standards: usize,
    utcs: usize,
}

impl Counts {
    fn bytes(self, width: usize) -> usize {
        self.times * (width + 1)
            + self.types * 6
            + self.chars
            + self.leaps * (width + 4)
            + self.standards
            + self.utcs
    }
}

fn header(bytes: &[u8]) -> Option<(u8, Counts, &[u8])> {
    let (header, rest) = bytes.split_at_checked(44)?;
    if &header[..4] != b"TZif" {
        return None;
    }
    let mut numbers = header[20..].chunks_exact(4).map(|number| {
        let number = u32::from_be_bytes([number[0], number[1], number[2], number[3]]);
        usize::try_from(number).ok().filter(|n| *n < 1 << 20)
    });
    let mut next = || numbers.next().flatten();
    let (utcs, standards, leaps) = (next()?, next()?, next()?);
    let (times, types, chars) = (next()?, next()?, next()?);
    let counts = Counts {
        times,
        types,
        chars,
        leaps,
        standards,
        utcs,
    };
    Some((header[4], counts, rest))
}

impl Rule {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let names = parts.next()?;
        let (standard, rest) = offset_behind_name(names)?;
        if rest.is_empty() {
            return Some(Self {
                standard,
                summer: None,
            });
        }
        let (_, behind) = name(rest)?;
        let summer = if behind.is_empty() {
            standard + 60 * 60
        } else {
            -hours(behind)?
        };
        let (from, to) = (Moment::read(parts.next()?)?, Moment::read(parts.next()?)?);
        Some(Self {
            standard,
            summer: Some((summer, from, to)),
        })
    }

    fn offset_s(self, at_s: i64) -> i64 {
        let Some((summer, from, to)) = self.summer else {
            return self.standard;
        };
        let year = year_of(at_s + self.standard);
        let from_s = from.in_year(year) - self.standard;
        let to_s = to.in_year(year) - summer;
        let is_summer = if from_s <= to_s {
            (from_s..to_s).contains(&at_s)
        } else {
            // South of the equator it goes over the new year.
            at_s >= from_s || at_s < to_s
        };
        if is_summer { summer } else { self.standard }
    }
}

impl Moment {
    fn read(text: &str) -> Option<Self> {
        let (day, time) = text.split_once('/').unwrap_or((text, "2"));
        let number = |text: &str| text.parse::<i64>().ok();
        let day = if let Some(rest) = day.strip_prefix('M') {
            let mut numbers = rest.split('.').map(number);
            Day::Weekday {
                month: numbers.next()??,
                n: numbers.next()??,
                weekday: numbers.next()??,
            }
        } else if let Some(rest) = day.strip_prefix('J') {
            Day::Julian(number(rest)?)
        } else {
            Day::Plain(number(day)?)
        };
        Some(Self {
            day,
            second: hours(time)?,
        })
    }

    /// When it is in a year, by the clock there.
    fn in_year(self, year: i64) -> i64 {
        let day = match self.day {
            Day::Weekday { month, n, weekday } => {
                let first = days_to(year, month);
                // The first of January 1970 was a Thursday.
                let ahead = (weekday - (first + 4)).rem_euclid(7);
                let day = first + ahead + (n - 1) * 7;
                let next = if month == 12 {
                    days_to(year + 1, 1)
                } else {
                    days_to(year, month + 1)
                };
                if day >= next { day - 7 } else { day }
            }
            Day::Julian(n) => {
                let leaps = i64::from(n >= 60 && days_to(year, 3) - days_to(year, 2) == 29);
                days_to(year, 1) + n - 1 + leaps
            }
            Day::Plain(n) => days_to(year, 1) + n,
        };
        day * DAY_S + self.second
    }
}

/// Days from 1970 to the first of a month.
fn days_to(year: i64, month: i64) -> i64 {
    let date = i32::try_from(year).ok().zip(u32::try_from(month).ok());
    let date = date.and_then(|(year, month)| chrono::NaiveDate::from_ymd_opt(year, month, 1));
    let epoch = chrono::NaiveDate::default();
    date.map_or(0, |date| (date - epoch).num_days())
}

fn year_of(local_s: i64) -> i64 {
    let at = chrono::DateTime::from_timestamp(local_s, 0);
    at.map_or(1970, |at| i64::from(chrono::Datelike::year(&at)))
}

/// `CET-1…`: how far ahead of UTC, and what follows.
fn offset_behind_name(text: &str) -> Option<(i64, &str)> {
    let (_, rest) = name(text)?;
    let is_time = |c: char| c.is_ascii_digit() || "+-:".contains(c);
    let end = rest.find(|c| !is_time(c)).unwrap_or(rest.len());
    Some((-hours(&rest[..end])?, &rest[end..]))
}

/// `CET…` or `<-03>…`: the name, and what follows.
fn name(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix('<') {
        return rest.split_once('>');
    }
    let end = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// `-1`, `+05:30`: in seconds.
fn hours(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut seconds = 0;
    let mut unit = 60 * 60;
    for part in text.split(':') {
        seconds += part.parse::<i64>().ok()? * unit;
        unit /= 60;
    }
    Some(sign * seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds since 1970 of a time in UTC.
    fn utc(text: &str) -> i64 {
        let time = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M");
        time.unwrap().and_utc().timestamp()
    }

    #[test]
    fn rules_of_footers_say_which_half_of_the_year_it_is() {
        let hour = 60 * 60;
        let rule = |text: &str| Rule::read(text).unwrap();
        let berlin = rule("CET-1CEST,M3.5.0,M10.5.0/3");
        assert_eq!(berlin.offset_s(utc("2040-03-25 00:59")), hour);
        assert_eq!(berlin.offset_s(utc("2040-03-25 01:00")), 2 * hour);
        assert_eq!(berlin.offset_s(utc("2040-10-28 00:59")), 2 * hour);
        assert_eq!(berlin.offset_s(utc("2040-10-28 01:00")), hour);
        let south = rule("NZST-12NZDT,M9.5.0,M4.1.0/3");
        assert_eq!(south.offset_s(utc("2041-01-01 00:00")), 13 * hour);
        assert_eq!(south.offset_s(utc("2041-07-01 00:00")), 12 * hour);
        assert_eq!(rule("<-03>3").offset_s(0), -3 * hour);
        assert_eq!(rule("IST-5:30").offset_s(0), 5 * hour + hour / 2);
        let julian = rule("AAA1BBB,J60/0,300/1:30");
        assert_eq!(julian.offset_s(utc("2040-03-01 01:00")), 0);
        assert_eq!(julian.offset_s(utc("2040-03-01 00:59")), -hour);
        assert_eq!(Rule::read("nonsense,"), None);
    }

    #[test]
    fn a_file_is_read_as_far_as_it_is_one() {
        let mut file = b"TZif2".to_vec();
        file.extend([0; 15]);
        let counts = |times: u32, types: u32| {
            let mut counts = [0_u32, 0, 0, times, types, 4]
                .map(u32::to_be_bytes)
                .concat();
            counts.truncate(24);
            counts
        };
        file.extend(counts(0, 1));
        file.extend([0, 0, 0, 0, 0, 0, b'U', b'T', b'C', 0]);
        file.extend(b"TZif2");
        file.extend([0; 15]);
        file.extend(counts(1, 2));
        file.extend(100_i64.to_be_bytes());
        file.push(1);
        file.extend([0, 0, 0, 0, 0, 0]);
        file.extend(7_200_i32.to_be_bytes());
        file.extend([1, 0, b'U', b'T', b'C', 0]);
        let mut with_rule = file.clone();
        file.extend(b"\n\n");
        with_rule.extend(b"\n<+03>-3\n");
        let zone = Zone::read(&file).unwrap();
        assert_eq!((zone.offset_s(99), zone.offset_s(100)), (0, 7_200));
        let zone = Zone::read(&with_rule).unwrap();
        assert_eq!((zone.offset_s(99), zone.offset_s(100)), (0, 10_800));
        for end in 0..file.len() - 2 {
            assert_eq!(Zone::read(&file[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn the_systems_zones_are_found_by_their_names_and_nothing_else() {
        let zones = SystemZones::default();
        for bad in [
            "../../etc/passwd",
            "/etc/passwd",
            "",
            "Nowhere/Atall",
            "Europe",
        ] {
            assert_eq!(zones.minute_of_day(bad, 0), None, "{bad}");
        }
        if zones.are_there() {
            // The 1st of July 2024, noon in UTC.
            let summer = u64::try_from(utc("2024-07-01 12:00")).unwrap() * 1_000;
            assert_eq!(zones.minute_of_day("Europe/Berlin", summer), Some(14 * 60));
            let kolkata = zones.minute_of_day("Asia/Kolkata", summer);
            assert_eq!(kolkata, Some(17 * 60 + 30));
        } else {
            println!("SKIPPED: this system has no time zone database");
        }
    }
}
