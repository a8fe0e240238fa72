//! The two cookies: `uid`, the specification's label of who logged in last (never a credential), and
//! `hearth_session`, the credential of a login with a password.

use axum::http::{HeaderMap, HeaderValue, header};
use hearth_protocol::UserId;

/// The label.
pub const UID: &str = "uid";
/// The credential.
pub const SESSION: &str = "hearth_session";

/// The cookie's value, if the request has it.
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
        .filter(|value| !value.is_empty())
}

/// `Set-Cookie` for the label: ten hours, as the first implementation had it.
pub fn label(user: UserId) -> HeaderValue {
    value(format!(
        "{UID}={user}; Path=/; Max-Age=36000; HttpOnly; SameSite=Lax"
    ))
}

/// `Set-Cookie` for the credential. `secure`: only over TLS.
pub fn session(token: &str, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    value(format!(
        "{SESSION}={token}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax{secure}"
    ))
}

/// `Set-Cookie` that takes a cookie away.
pub fn none(name: &str) -> HeaderValue {
    value(format!(
        "{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    ))
}

fn value(text: String) -> HeaderValue {
    // Ids and tokens are plain ASCII.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("xuid=1; uid=abc; a=b=c"),
        );
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("hearth_session=; z=9"),
        );
        assert_eq!(get(&headers, "uid"), Some("abc"));
        assert_eq!(get(&headers, "a"), Some("b=c"));
        assert_eq!(get(&headers, "z"), Some("9"));
        assert_eq!(get(&headers, "id"), None);
        assert_eq!(get(&headers, "hearth_session"), None);
    }
}
