//! From where somebody logs in, as they will be shown it in their list of sessions: words to recognise a device by,
//! never believed, never logged.

use axum::http::{HeaderMap, header};
use hearth_core::node::LoginFrom;

use super::{Answer, ApiError, Client};

/// A device's name, in characters.
pub const DEVICE_NAME_CHARS_MAX: usize = 64;

/// What the client calls the device, or else what its `User-Agent` lets one guess.
pub fn login_from(client: &Client, headers: &HeaderMap, named: Option<&str>) -> Answer<LoginFrom> {
    let device_name = match named.map(str::trim) {
        Some(name) => {
            let chars = name.chars().count();
            if chars == 0 || chars > DEVICE_NAME_CHARS_MAX || name.chars().any(char::is_control) {
                let cause = format!(
                    "1 to {DEVICE_NAME_CHARS_MAX} characters, none of them a control character; or leave it out"
                );
                return Err(ApiError::field("device_name", cause));
            }
            name.to_owned()
        }
        None => {
            let agent = headers.get(header::USER_AGENT);
            guessed(
                agent
                    .and_then(|agent| agent.to_str().ok())
                    .unwrap_or_default(),
            )
        }
    };
    Ok(LoginFrom {
        device_name,
        address: client.address.to_string(),
    })
}

/// Browsers, the more particular one first: most claim to be several.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems, the more particular one first.
const SYSTEMS: &[(&str, &str)] = &[
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// "Firefox on Linux" for a browser; for a program what it calls itself.
fn guessed(agent: &str) -> String {
    let of = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(sign, _)| agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    if agent.starts_with("Mozilla/") {
        return match (of(BROWSERS), of(SYSTEMS)) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => "a browser".to_owned(),
        };
    }
    let program = agent
        .split_whitespace()
        .next()
        .unwrap_or("an unknown device");
    program.chars().take(DEVICE_NAME_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_guessed_from_what_it_says_of_itself() {
        let table = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile \
                 Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("Mozilla/4.0 (compatible)", "a browser"),
            ("curl/8.5.0", "curl/8.5.0"),
            ("python-requests/2.31 extra", "python-requests/2.31"),
            ("", "an unknown device"),
        ];
        for (agent, name) in table {
            assert_eq!(guessed(agent), name);
        }
        assert_eq!(guessed(&"x".repeat(999)).len(), DEVICE_NAME_CHARS_MAX);
    }

    #[test]
    fn a_name_that_is_given_is_taken_as_it_is_or_refused() {
        let client = Client::for_test();
        let named = |name: &str| {
            login_from(&client, &HeaderMap::new(), Some(name)).map(|from| from.device_name)
        };
        assert_eq!(named(" kitchen tablet ").unwrap(), "kitchen tablet");
        for wrong in ["", " ", "a\u{1b}[2J", &"x".repeat(65)] {
            assert!(named(wrong).is_err(), "{wrong:?}");
        }
        let from = login_from(&client, &HeaderMap::new(), None).unwrap();
        assert_eq!(
            (from.device_name.as_str(), from.address.as_str()),
            ("an unknown device", "127.0.0.1")
        );
    }
}
