//! A text as a QR code, drawn as the path of an SVG, so that no style and no script is needed to show it.

use qrcode::{Color, QrCode};

use crate::error::{Error, Result};

/// The white margin that scanners need, in modules.
const MARGIN: usize = 4;

/// A QR code to be drawn.
pub struct Qr {
    /// How many modules wide and high, with the margin.
    pub size: usize,
    /// The dark modules, as an SVG path.
    pub path: String,
}

impl Qr {
    /// The QR code of a text.
    ///
    /// # Errors
    /// If the text is longer than a QR code holds.
    pub fn of(text: &str) -> Result<Qr> {
        let code = QrCode::new(text).map_err(|error| Error::unexpected(error.to_string()))?;
        let (width, modules) = (code.width(), code.to_colors());
        let rows = modules.chunks(width).enumerate().map(|(y, row)| line(row, y + MARGIN));
        Ok(Qr { size: width + 2 * MARGIN, path: rows.collect() })
    }
}

/// The dark stretches of one row.
fn line(row: &[Color], y: usize) -> String {
    let (mut path, mut x) = (String::new(), MARGIN);
    for stretch in row.chunk_by(|one, next| one == next) {
        let length = stretch.len();
        if stretch[0] == Color::Dark {
            path += &format!("M{x} {y}h{length}v1h-{length}z");
        }
        x += length;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::Qr;

    #[test]
    fn the_path_has_as_many_dark_modules_as_the_code() {
        let text = "otpauth://totp/Keyhouse:ann?secret=GEZDGNBVGY3TQOJQ";
        let qr = Qr::of(text).unwrap();
        let code = qrcode::QrCode::new(text).unwrap();
        let stretches = qr.path.split('h').skip(1).filter_map(|part| part.split('v').next()?.parse::<usize>().ok());
        let dark = code.to_colors().into_iter().filter(|color| *color == qrcode::Color::Dark).count();
        assert_eq!((stretches.sum::<usize>(), qr.size), (dark, code.width() + 8));
        // the corner's square begins the first row
        assert!(qr.path.starts_with("M4 4h7v1h-7z"), "{}", qr.path);
        assert!(Qr::of(&"x".repeat(5000)).is_err());
    }
}
