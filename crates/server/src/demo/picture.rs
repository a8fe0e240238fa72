//! Pictures of the demonstration: drawn here, the same each time.

use std::io::Cursor;

use anyhow::Context;
use image::{ImageFormat, Rgb, RgbImage};

/// Squares on each side of an avatar.
const SQUARES: u32 = 5;
const SQUARE: u32 = 48;
const LIGHT: Rgb<u8> = Rgb([244, 240, 232]);

/// An avatar: a pattern that is as good as somebody's own, left as right, in their colour.
pub(super) fn avatar(name: &str, colour: [u8; 3]) -> anyhow::Result<Vec<u8>> {
    // FNV-1a: any number that follows from the name does.
    let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let side = (SQUARES + 1) * SQUARE;
    let picture = RgbImage::from_fn(side, side, |x, y| {
        let half = SQUARE / 2;
        let inside = |at: u32| (half..side - half).contains(&at);
        if !inside(x) || !inside(y) {
            return LIGHT;
        }
        let (column, row) = ((x - half) / SQUARE, (y - half) / SQUARE);
        let mirrored = column.min(SQUARES - 1 - column);
        let is_set = hash >> (20 + row * 3 + mirrored) & 1 == 1;
        if is_set { Rgb(colour) } else { LIGHT }
    });
    png(&picture)
}

/// A chart of bars, whose heights are of a hundred.
pub(super) fn chart(bars: &[u32]) -> anyhow::Result<Vec<u8>> {
    const BAR: u32 = 60;
    const HEIGHT: u32 = 240;
    const GAP: u32 = 8;
    let width = BAR * u32::try_from(bars.len())?;
    let picture = RgbImage::from_fn(width.max(1), HEIGHT, |x, y| {
        let height = bars.get((x / BAR) as usize).copied().unwrap_or_default();
        let is_bar = (GAP..BAR - GAP).contains(&(x % BAR));
        // There is always a line at the bottom.
        let top = HEIGHT - (height.min(100) * (HEIGHT - 20) / 100).max(2);
        match is_bar && y >= top {
            true => Rgb([52, 101, 164]),
            false => LIGHT,
        }
    });
    png(&picture)
}

fn png(picture: &RgbImage) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    let written = picture.write_to(&mut bytes, ImageFormat::Png);
    written.context("drawing a picture")?;
    Ok(bytes.into_inner())
}
