//! Pictures: what a file is by its content, what a picture measures, smaller ones to look at, and avatars.
//!
//! Promises: whatever the bytes are, this ends, within so many pixels and bytes of memory, off the async threads, two at a
//! time; what it writes has nothing of what a camera or a program noted (place, time, name). What cannot be read as a
//! picture is none.

use std::{io::Cursor, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use hearth_core::{
    Refusal,
    node::{AVATAR_SIDES, AvatarPictures},
};
use hearth_protocol::{ErrorCode, bounds::PREVIEW_BYTES_MAX};
use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    imageops::FilterType,
};
use tokio::sync::Semaphore;

/// A larger file is kept as it is, without a thumbnail: cameras write up to some 20 MB.
pub const PICTURE_BYTES_MAX: u64 = 24 << 20;
/// Width and height at most, and both together: a camera has 50 million at most, and a small file can claim any number.
const SIDE_MAX: u32 = 16_384;
const PIXELS_MAX: u64 = 50_000_000;
/// What one picture may take while it is read.
const MEMORY_MAX: u64 = 256 << 20;
/// Pictures read at once: each keeps a core busy for up to a second, and the cores have sockets to serve.
const AT_ONCE: usize = 2;
/// Pictures that may wait. Further ones are answered `busy`.
const WAITING_MAX: usize = 16;
/// A thumbnail's longer side: as wide as a column of messages.
const THUMB_SIDE: u32 = 640;
const THUMB_QUALITY: u8 = 80;
/// The sides that are tried for a picture in very small, until it fits.
const PREVIEW_SIDES: [u32; 4] = [32, 24, 16, 8];
const PREVIEW_QUALITY: u8 = 30;
const AVATAR_QUALITY: u8 = 88;

/// The worker.
#[derive(Debug)]
pub struct Pictures {
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

/// What a picture measures, and smaller ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Width and height, as it is shown.
    pub pixels: (u32, u32),
    /// It in very small, in base64.
    pub preview: String,
    /// Its thumbnail, a JPEG.
    pub thumb: Bytes,
}

impl Pictures {
    /// A worker with nothing to do.
    pub fn new() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
        }
    }

    /// Looks at a picture of this type; `None` if it is none that can be read.
    ///
    /// # Errors
    /// Too much to do; or what `bytes` says.
    pub async fn look<E: From<Refusal>>(
        &self,
        media_type: &str,
        bytes: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<Option<Seen>, E> {
        match format_of(media_type) {
            Some(format) => self.work(bytes, move |bytes| seen(bytes, format)).await,
            None => Ok(None),
        }
    }

    /// Makes an avatar; `None` if it is no picture that can be read.
    ///
    /// # Errors
    /// Too much to do.
    pub async fn avatar(&self, bytes: Bytes) -> Result<Option<AvatarPictures>, Refusal> {
        let Some(format) = format_of(media_type(&bytes)) else {
            return Ok(None);
        };
        let bytes = std::future::ready(Ok(bytes));
        self.work(bytes, move |bytes| avatar(bytes, format)).await
    }

    /// The bytes are fetched once there is a place for them.
    async fn work<T: Send + 'static, E: From<Refusal>>(
        &self,
        bytes: impl Future<Output = Result<Bytes, E>>,
        work: impl FnOnce(&[u8]) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>, E> {
        let busy = || {
            let text = "Many pictures are being looked at. Try the same again in a moment.";
            Refusal::new(ErrorCode::Busy, text).retry_after(2_000)
        };
        let _waiting = self.queue.try_acquire().map_err(|_| busy())?;
        let place = self.places.clone().acquire_owned().await;
        let place = place.map_err(|_| busy())?;
        let bytes = bytes.await?;
        let worked = tokio::task::spawn_blocking(move || {
            // Also where nobody waits for it any more.
            let _place = place;
            work(&bytes)
        });
        Ok(worked.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "a picture could not be read");
            None
        }))
    }
}

impl Default for Pictures {
    fn default() -> Self {
        Self::new()
    }
}

/// So many bytes from a file's beginning say what it is.
pub const HEAD_BYTES: u64 = 512;

/// What a file is, by how it begins. Whatever it is said to be counts for nothing: a page that calls itself a picture
/// would be run as a page.
pub fn media_type(head: &[u8]) -> &'static str {
    let at = |from: usize, what: &[u8]| head.get(from..from + what.len()) == Some(what);
    match head {
        _ if at(0, b"\x89PNG\r\n\x1a\n") => "image/png",
        _ if at(0, b"\xff\xd8\xff") => "image/jpeg",
        _ if at(0, b"GIF87a") || at(0, b"GIF89a") => "image/gif",
        _ if at(0, b"RIFF") && at(8, b"WEBP") => "image/webp",
        _ if at(0, b"RIFF") && at(8, b"WAVE") => "audio/wav",
        _ if at(0, b"fLaC") => "audio/flac",
        _ if at(0, b"OggS") => "audio/ogg",
        _ if at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3") => "audio/mpeg",
        _ if at(0, b"\x1a\x45\xdf\xa3") => "video/webm",
        _ if at(4, b"ftyp") && !at(8, b"hei") && !at(8, b"avi") && !at(8, b"mif") => "video/mp4",
        _ if at(0, b"%PDF-") => "application/pdf",
        _ if at(0, b"PK\x03\x04") => "application/zip",
        _ if at(0, b"\x1f\x8b") => "application/gzip",
        _ if is_text(head) => "text/plain",
        _ => "application/octet-stream",
    }
}

/// Whether a page may show it: what has no scripts and no links in it.
pub fn is_shown(media_type: &str) -> bool {
    let kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    kinds.contains(&media_type)
        || media_type.starts_with("audio/")
        || media_type.starts_with("video/")
}

/// Text, which may be cut within a character.
fn is_text(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_some() => return false,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    !whole.is_empty() && !whole.chars().any(|c| c.is_control() && !c.is_whitespace())
}

fn format_of(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/png" => Some(ImageFormat::Png),
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/gif" => Some(ImageFormat::Gif),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// Reads a picture, of several the first, the right way up.
fn read(bytes: &[u8], format: ImageFormat) -> Option<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > PIXELS_MAX || decoder.total_bytes() > MEMORY_MAX {
        return None;
    }
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Some(picture)
}

fn seen(bytes: &[u8], format: ImageFormat) -> Option<Seen> {
    let picture = read(bytes, format)?;
    let (width, height) = picture.dimensions();
    let thumb = match width.max(height) > THUMB_SIDE {
        true => picture.thumbnail(THUMB_SIDE, THUMB_SIDE),
        false => picture,
    };
    let thumb = on_white(&thumb);
    let small = |side| DynamicImage::ImageRgb8(thumb.clone()).thumbnail(side, side);
    let preview = PREVIEW_SIDES.into_iter().find_map(|side| {
        let text = BASE64_STANDARD.encode(jpeg(&small(side).to_rgb8(), PREVIEW_QUALITY)?);
        (text.len() <= PREVIEW_BYTES_MAX).then_some(text)
    });
    Some(Seen {
        pixels: (width, height),
        preview: preview.unwrap_or_default(),
        thumb: jpeg(&thumb, THUMB_QUALITY)?.into(),
    })
}

fn avatar(bytes: &[u8], format: ImageFormat) -> Option<AvatarPictures> {
    let picture = read(bytes, format)?;
    let has_alpha = picture.color().has_alpha();
    let side = |side: u32| -> Option<Bytes> {
        let square = picture.resize_to_fill(side, side, FilterType::Triangle);
        let bytes = match has_alpha {
            true => {
                let mut bytes = Vec::new();
                let square = DynamicImage::ImageRgba8(square.to_rgba8());
                square
                    .write_with_encoder(PngEncoder::new(&mut bytes))
                    .ok()?;
                bytes
            }
            false => jpeg(&square.to_rgb8(), AVATAR_QUALITY)?,
        };
        Some(bytes.into())
    };
    let [large, small] = AVATAR_SIDES;
    Some(AvatarPictures {
        r#type: if has_alpha { "image/png" } else { "image/jpeg" }.to_owned(),
        sides: [side(large)?, side(small)?],
    })
}

/// Where one sees through, white: a JPEG has no way to say it.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, a] = picture.get_pixel(x, y).0.map(u32::from);
        let over = |c: u32| u8::try_from((c * a + 255 * (255 - a)) / 255).unwrap_or(u8::MAX);
        image::Rgb([over(r), over(g), over(b)])
    })
}

fn jpeg(picture: &RgbImage, quality: u8) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    picture.write_with_encoder(encoder).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn picture(width: u32, height: u32) -> DynamicImage {
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([(x % 256) as u8, (y % 256) as u8, (x * y % 256) as u8])
        }))
    }

    /// A JPEG with an EXIF part that says that it is to be turned by 90°, and where it was taken.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut exif =
            b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend(b"GPSLatitude 52.5163");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat()
    }

    fn has(bytes: &[u8], what: &[u8]) -> bool {
        bytes.windows(what.len()).any(|window| window == what)
    }

    #[test]
    fn what_a_file_is_is_told_by_its_content_alone() {
        let png = written(&picture(3, 3), ImageFormat::Png);
        let table: [(&[u8], &str, bool); 11] = [
            (&png, "image/png", true),
            (b"\xff\xd8\xff\xe0", "image/jpeg", true),
            (b"GIF89a...", "image/gif", true),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp", true),
            (b"%PDF-1.7", "application/pdf", false),
            (b"<svg onload=alert(1)>", "text/plain", false),
            (b"<!doctype html><script>", "text/plain", false),
            (b"PK\x03\x04", "application/zip", false),
            (b"\0\x01\x02", "application/octet-stream", false),
            ("h\u{e4}".as_bytes(), "text/plain", false),
            (b"OggS", "audio/ogg", true),
        ];
        for (head, expected, shown) in table {
            assert_eq!(media_type(head), expected);
            assert_eq!(is_shown(expected), shown, "{expected}");
        }
        // Cut within a character, and no text at all.
        assert_eq!(media_type(&"h\u{e4}".as_bytes()[..2]), "text/plain");
        assert_eq!(media_type(b"h\xe4h"), "application/octet-stream");
        assert_eq!(media_type(b""), "application/octet-stream");
    }

    #[test]
    fn a_picture_is_measured_as_it_is_shown_and_made_smaller_without_what_a_camera_added() {
        let plain = written(&picture(1_200, 800), ImageFormat::Jpeg);
        let turned = with_exif(&plain);
        assert!(has(&turned, b"GPSLatitude"));
        for (bytes, pixels) in [(&plain, (1_200, 800)), (&turned, (800, 1_200))] {
            let seen = seen(bytes, ImageFormat::Jpeg).unwrap();
            assert_eq!(seen.pixels, pixels);
            let thumb = read(&seen.thumb, ImageFormat::Jpeg).unwrap();
            assert_eq!(thumb.width().max(thumb.height()), THUMB_SIDE);
            assert_eq!(thumb.width() > thumb.height(), pixels.0 > pixels.1);
            assert!(!has(&seen.thumb, b"GPSLatitude") && !has(&seen.thumb, b"Exif"));
            assert!((1..=PREVIEW_BYTES_MAX).contains(&seen.preview.len()));
            let preview = BASE64_STANDARD.decode(&seen.preview).unwrap();
            assert!(read(&preview, ImageFormat::Jpeg).unwrap().width() <= PREVIEW_SIDES[0]);
        }
    }

    #[test]
    fn every_kind_of_picture_has_a_thumbnail_and_a_small_one_is_not_made_larger() {
        for format in [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::Gif,
            ImageFormat::WebP,
        ] {
            let bytes = written(&DynamicImage::ImageRgb8(picture(40, 20).to_rgb8()), format);
            let seen = seen(&bytes, format).unwrap();
            assert_eq!(seen.pixels, (40, 20), "{format:?}");
            let thumb = read(&seen.thumb, ImageFormat::Jpeg).unwrap();
            assert_eq!((thumb.width(), thumb.height()), (40, 20), "{format:?}");
        }
    }

    #[test]
    fn an_avatar_is_square_in_its_two_sides_and_has_no_exif() {
        let bytes = with_exif(&written(&picture(300, 200), ImageFormat::Jpeg));
        let made = avatar(&bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!(made.r#type, "image/jpeg");
        for (side, bytes) in AVATAR_SIDES.into_iter().zip(&made.sides) {
            let picture = read(bytes, ImageFormat::Jpeg).unwrap();
            assert_eq!(picture.dimensions(), (side, side));
            assert!(!has(bytes, b"Exif") && !has(bytes, b"GPSLatitude"));
        }
        let see_through = DynamicImage::ImageRgba8(image::RgbaImage::new(10, 10));
        let made = avatar(&written(&see_through, ImageFormat::Png), ImageFormat::Png).unwrap();
        assert_eq!(made.r#type, "image/png");
    }

    #[test]
    fn a_small_file_that_claims_to_be_a_huge_picture_is_none() {
        // A PNG's header with 60,000 by 60,000 pixels, and its check sum.
        let mut png = written(&picture(1, 1), ImageFormat::Png);
        png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        assert_eq!(seen(&png, ImageFormat::Png), None);
        let mut gif = written(&picture(1, 1), ImageFormat::Gif);
        gif[6..10].copy_from_slice(&[0xff; 4]);
        assert_eq!(seen(&gif, ImageFormat::Gif), None);
        for cut in 0..200 {
            let jpeg = written(&picture(64, 64), ImageFormat::Jpeg);
            // Whatever it is, it ends.
            let _ = seen(&jpeg[..jpeg.len().min(cut * 8)], ImageFormat::Jpeg);
        }
    }
}
