//! One picture over the time of a run: lines over bands of faults, as SVG that is read without scripts, in any colours
//! of the page, and told in a sentence to who cannot see it.

use std::fmt::Write;

/// The picture's own units; the page scales it.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;
/// More points than this cannot be told apart.
const POINTS_MAX: usize = 480;

/// A line of the picture: a value per second, none where there was nothing to measure.
pub(super) struct Series {
    pub(super) name: &'static str,
    /// Its colour, by the page's style.
    pub(super) class: &'static str,
    pub(super) values: Vec<Option<f64>>,
}

/// A fault behind the lines.
pub(super) struct Band {
    /// Its colour.
    pub(super) class: String,
    pub(super) label: String,
    pub(super) from_s: f64,
    pub(super) to_s: f64,
}

/// How high a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// From nothing.
    Linear,
    /// By powers of ten: microseconds, shown as times.
    Times,
}

/// Draws. `id` is unique in the page.
pub(super) fn draw(
    id: &str,
    title: &str,
    scale: Scale,
    seconds: f64,
    series: &[Series],
    bands: &[Band],
) -> String {
    let values = series
        .iter()
        .flat_map(|series| series.values.iter().flatten());
    let highest = values.clone().copied().fold(0.0, f64::max);
    let lowest = values.copied().fold(f64::INFINITY, f64::min);
    let (low, high) = match scale {
        Scale::Linear => (0.0, nice(highest)),
        Scale::Times => (
            10f64.powf(lowest.clamp(100.0, 1e9).log10().floor()),
            10f64.powf(highest.clamp(1_000.0, 1e10).log10().ceil()),
        ),
    };
    let seconds = seconds.max(1.0);
    let x = |s: f64| LEFT + (WIDTH - LEFT - RIGHT) * (s / seconds).clamp(0.0, 1.0);
    let y = |value: f64| {
        let part = match scale {
            Scale::Linear => value / high,
            Scale::Times => (value.max(low) / low).log10() / (high / low).log10(),
        };
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part.clamp(0.0, 1.0)
    };
    let mut svg = format!(
        "<figure><figcaption>{title}{}</figcaption>\
         <div class=\"wide\"><svg class=\"picture\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
         <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{}</desc>",
        keys(series),
        told(scale, series, bands.len()),
    );
    for band in bands {
        let (from, to) = (x(band.from_s), x(band.to_s));
        put(
            &mut svg,
            format_args!(
                "<rect class=\"band {}\" x=\"{from:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{}\"><title>{}</title></rect>",
                band.class,
                // What lasted an instant is seen as well.
                (to - from).max(1.5),
                HEIGHT - TOP - BOTTOM,
                super::escape(&band.label),
            ),
        );
    }
    for tick in ticks(scale, low, high) {
        let at = y(tick);
        let text = match scale {
            Scale::Linear => count(tick),
            Scale::Times => time(tick),
        };
        put(
            &mut svg,
            format_args!(
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
                 <text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                WIDTH - RIGHT,
                LEFT - 6.0,
                at + 4.0,
            ),
        );
    }
    let step = step_of(seconds);
    for s in (0..)
        .map(|part| f64::from(part) * step)
        .take_while(|s| *s <= seconds)
    {
        put(
            &mut svg,
            format_args!(
                "<text class=\"tick\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                x(s).min(WIDTH - RIGHT - 14.0),
                HEIGHT - 8.0,
                clock(s),
            ),
        );
    }
    for series in series {
        put(
            &mut svg,
            format_args!(
                "<path class=\"line {}\" d=\"{}\"/>",
                series.class,
                path(&series.values, x, y)
            ),
        );
    }
    svg.push_str("</svg></div></figure>\n");
    svg
}

/// The line through the values, broken where there are none; of seconds that fall on one point, the highest.
fn path(values: &[Option<f64>], x: impl Fn(f64) -> f64, y: impl Fn(f64) -> f64) -> String {
    let width = values.len().div_ceil(POINTS_MAX).max(1);
    let mut path = String::new();
    let mut is_drawn = false;
    for (at, group) in values.chunks(width).enumerate() {
        let Some(value) = group.iter().flatten().copied().reduce(f64::max) else {
            is_drawn = false;
            continue;
        };
        let middle = (at * width) as f64 + group.len() as f64 / 2.0;
        let (x, y) = (x(middle), y(value));
        // A point by itself is seen as a dot: the line's ends are round.
        match is_drawn {
            true => put(&mut path, format_args!("L{x:.1} {y:.1}")),
            false => put(&mut path, format_args!("M{x:.1} {y:.1}h0")),
        }
        is_drawn = true;
    }
    path
}

/// The picture in a sentence.
fn told(scale: Scale, series: &[Series], bands: usize) -> String {
    let show = |value: f64| match scale {
        Scale::Linear => count(value),
        Scale::Times => time(value),
    };
    let mut text = String::new();
    for series in series {
        let mut values: Vec<f64> = series.values.iter().flatten().copied().collect();
        values.sort_by(f64::total_cmp);
        let name = series.name;
        match (values.get(values.len() / 2), values.last()) {
            (Some(median), Some(most)) => put(
                &mut text,
                format_args!(
                    "{name}: in the median second {}, at most {}. ",
                    show(*median),
                    show(*most)
                ),
            ),
            _ => put(&mut text, format_args!("{name}: nothing was measured. ")),
        }
    }
    put(
        &mut text,
        format_args!("{bands} faults stand behind the lines; the table of faults names them."),
    );
    text
}

fn keys(series: &[Series]) -> String {
    series.iter().fold(String::new(), |mut keys, series| {
        let (class, name) = (series.class, series.name);
        put(
            &mut keys,
            format_args!(" <span class=\"key {class}\">{name}</span>"),
        );
        keys
    })
}

fn ticks(scale: Scale, low: f64, high: f64) -> Vec<f64> {
    match scale {
        Scale::Linear => vec![0.0, high / 2.0, high],
        Scale::Times => {
            let (first, last) = (low.log10().round() as i32, high.log10().round() as i32);
            (first..=last).map(|power| 10f64.powi(power)).collect()
        }
    }
}

/// Between two times on the axis, in seconds: at most eight of them.
fn step_of(seconds: f64) -> f64 {
    let steps = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0,
    ];
    let step = steps.into_iter().find(|step| seconds / step <= 8.0);
    step.unwrap_or_else(|| (seconds / 8.0 / 3_600.0).ceil() * 3_600.0)
}

/// The next round number.
fn nice(value: f64) -> f64 {
    let power = 10f64.powf(value.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0];
    let step = steps.iter().find(|step| **step * power >= value);
    step.unwrap_or(&10.0) * power
}

/// A count, short.
fn count(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{:.1} M", v / 1e6),
        v if v >= 10_000.0 => format!("{:.0} k", v / 1e3),
        v if v >= 1_000.0 => format!("{:.1} k", v / 1e3),
        v => format!("{v:.0}"),
    }
}

/// Microseconds as a time.
pub(super) fn time(us: f64) -> String {
    match us {
        us if us >= 1e6 => format!("{} s", short(us / 1e6)),
        us if us >= 1e3 => format!("{} ms", short(us / 1e3)),
        us => format!("{us:.0} µs"),
    }
}

fn short(value: f64) -> String {
    if value >= 10.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

/// Seconds since the beginning.
pub(super) fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn put(text: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing into a text cannot fail.
    let _ = text.write_fmt(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_where_nothing_was_measured() {
        let values = [Some(1.0), Some(2.0), None, Some(3.0)];
        let path = path(&values, |s| s, |v| v);
        assert_eq!(path, "M0.5 1.0h0L1.5 2.0M3.5 3.0h0");
    }

    #[test]
    fn a_long_run_has_no_more_points_than_can_be_seen() {
        let values = vec![Some(1.0); 36_000];
        let path = path(&values, |s| s, |v| v);
        assert!(path.matches(['M', 'L']).count() <= POINTS_MAX);
    }

    #[test]
    fn ends_of_axes_are_round() {
        for (value, round) in [(0.0, 1.0), (3.0, 4.0), (101.0, 200.0), (7_300.0, 8_000.0)] {
            assert_eq!(nice(value), round);
        }
        for (seconds, step) in [
            (3.0, 1.0),
            (141.0, 30.0),
            (3_600.0, 600.0),
            (100_000.0, 14_400.0),
        ] {
            assert_eq!(step_of(seconds), step);
        }
        assert_eq!(time(1_500.0), "1.5 ms");
        assert_eq!(clock(75.2), "1:15");
    }
}
