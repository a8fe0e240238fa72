//! What programs post to a webhook: the body that Slack's incoming webhooks take, as far as it is text, put into our
//! Markdown. Pure: bytes go in, a text comes out.
//!
//! Taken are `text`, `username`, `icon_emoji` (where it is an emoji and no name of one), `attachments` (their `pretext`,
//! `title`, `text` or else `fallback`, and `fields`) and `blocks` with text in them. What is not known is passed over.

use reqwest::Url;
use serde_json::Value;

/// How deep blocks are looked into: as deep as Slack's own go.
const DEPTH_MAX: usize = 8;

/// A post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Post {
    /// Markdown.
    pub text: String,
    /// Under which name.
    pub name: Option<String>,
}

/// Why it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPost {
    /// Neither JSON nor a form with JSON.
    #[error("the body is no JSON object, and no form with one in its field `payload`")]
    InvalidPayload,
    /// Nothing to say.
    #[error("there is no text in it: neither `text`, nor `attachments` or `blocks` with some")]
    NoText,
}

impl NoPost {
    /// As Slack's are called, for programs that know those.
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidPayload => "invalid_payload",
            Self::NoText => "no_text",
        }
    }
}

/// Reads a body: JSON, or a form with JSON in its field `payload`, whatever its type says: many tools say none.
///
/// # Errors
/// It is neither, or there is no text in it.
pub fn read(body: &[u8]) -> Result<Post, NoPost> {
    let is_json = body.trim_ascii_start().first() == Some(&b'{');
    let payload: Option<Value> = if is_json {
        serde_json::from_slice(body).ok()
    } else {
        let payload = field_of(body, "payload");
        payload.and_then(|payload| serde_json::from_str(&payload).ok())
    };
    let payload = payload.filter(Value::is_object);
    let payload = payload.ok_or(NoPost::InvalidPayload)?;
    let text = text_of(&payload);
    if text.is_empty() {
        return Err(NoPost::NoText);
    }
    Ok(Post {
        text,
        name: name_of(&payload),
    })
}

/// A field of a form.
fn field_of(form: &[u8], field: &str) -> Option<String> {
    let mut url = Url::parse("http://form/").ok()?;
    url.set_query(Some(std::str::from_utf8(form).ok()?));
    let found = url.query_pairs().find(|(name, _)| name == field);
    found.map(|(_, value)| value.into_owned())
}

fn word<'a>(of: &'a Value, key: &str) -> Option<&'a str> {
    let text = of.get(key).and_then(Value::as_str).map(str::trim);
    text.filter(|text| !text.is_empty())
}

fn name_of(payload: &Value) -> Option<String> {
    let name = word(payload, "username");
    // `:tada:` is a name in a list that is not ours.
    let emoji = word(payload, "icon_emoji").filter(|emoji| !emoji.is_ascii());
    match (emoji, name) {
        (Some(emoji), Some(name)) => Some(format!("{emoji} {name}")),
        (_, name) => name.map(str::to_owned),
    }
}

fn text_of(payload: &Value) -> String {
    let mut parts = Vec::new();
    let mut blocks = Vec::new();
    blocks_of(payload, 0, &mut blocks);
    // With blocks, `text` is what is shown where they cannot be.
    match (word(payload, "text"), blocks.is_empty()) {
        (_, false) => parts.append(&mut blocks),
        (Some(text), true) => parts.push(markdown(text)),
        (None, true) => {}
    }
    let attachments = payload.get("attachments").and_then(Value::as_array);
    for attachment in attachments.into_iter().flatten() {
        parts.extend(attachment_of(attachment));
    }
    parts.join("\n\n")
}

fn attachment_of(attachment: &Value) -> Option<String> {
    let mut lines = Vec::new();
    lines.extend(word(attachment, "pretext").map(markdown));
    if let Some(title) = word(attachment, "title") {
        lines.push(match word(attachment, "title_link") {
            Some(link) => format!("**{}**", linked(link, title)),
            None => format!("**{}**", plain(title)),
        });
    }
    let mut blocks = Vec::new();
    blocks_of(attachment, 0, &mut blocks);
    lines.append(&mut blocks);
    lines.extend(word(attachment, "text").map(markdown));
    let fields = attachment.get("fields").and_then(Value::as_array);
    for field in fields.into_iter().flatten() {
        let value = word(field, "value").map(markdown).unwrap_or_default();
        match word(field, "title") {
            Some(title) => lines.push(format!("**{}**: {value}", plain(title))),
            None if !value.is_empty() => lines.push(value),
            None => {}
        }
    }
    if lines.is_empty() {
        lines.extend(word(attachment, "fallback").map(plain));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The texts of blocks: of a header, a section, a context, and whatever else has `text`, `fields` or `elements` with some.
fn blocks_of(of: &Value, depth: usize, found: &mut Vec<String>) {
    let blocks = of.get("blocks").and_then(Value::as_array);
    for block in blocks.into_iter().flatten() {
        let mut texts = Vec::new();
        texts_in(block, depth, &mut texts);
        let is_header = word(block, "type") == Some("header");
        let joined = texts.join(if word(block, "type") == Some("rich_text") {
            ""
        } else {
            "\n"
        });
        match is_header && !joined.is_empty() {
            true => found.push(format!("**{joined}**")),
            false if !joined.is_empty() => found.push(joined),
            false => {}
        }
    }
}

fn texts_in(of: &Value, depth: usize, found: &mut Vec<String>) {
    if depth > DEPTH_MAX {
        return;
    }
    match of.get("text") {
        // Inside of rich text a text is a plain word, spaces and all, or a link's.
        Some(Value::String(text)) if of.get("url").is_none() => {
            let is_marked = word(of, "type") == Some("mrkdwn");
            found.push(if is_marked {
                markdown(text)
            } else {
                plain(text)
            });
        }
        Some(inner @ Value::Object(_)) => texts_in(inner, depth + 1, found),
        _ => {}
    }
    if let Some(url) = word(of, "url").filter(|_| word(of, "type") == Some("link")) {
        found.push(linked(url, word(of, "text").unwrap_or(url)));
    }
    for key in ["fields", "elements"] {
        let inner = of.get(key).and_then(Value::as_array);
        for inner in inner.into_iter().flatten() {
            texts_in(inner, depth + 1, found);
        }
    }
}

/// Slack's mark-up as Markdown: `*bold*`, `~struck~`, `<address|words>`; `_slanted_`, code and quotes are alike in both.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // Code is taken as it is.
        if let Some(code) = code_at(rest) {
            out.push_str(&unescaped(code));
            rest = &rest[code.len()..];
            continue;
        }
        if let Some((inside, after)) = bracket_at(rest) {
            out.push_str(&bracket(inside));
            rest = after;
            continue;
        }
        let mark = match c {
            '*' => Some("**"),
            '~' => Some("~~"),
            _ => None,
        };
        if let Some(mark) = mark
            && is_edge(out.chars().next_back())
            && let Some(inside) = marked_at(rest, c)
        {
            out.push_str(mark);
            out.push_str(&markdown(inside));
            out.push_str(mark);
            rest = &rest[inside.len() + 2 * c.len_utf8()..];
            continue;
        }
        let (taken, said) = one_at(rest, c);
        out.push(said);
        rest = &rest[taken..];
    }
    out
}

/// A text in which nothing is marked.
fn plain(text: &str) -> String {
    unescaped(text)
}

/// The three signs that Slack asks to be written otherwise.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, said) = one_at(rest, c);
        out.push(said);
        rest = &rest[taken..];
    }
    out
}

fn one_at(text: &str, first: char) -> (usize, char) {
    for (written, meant) in [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')] {
        if text.starts_with(written) {
            return (written.len(), meant);
        }
    }
    (first.len_utf8(), first)
}

/// Code that begins here, with its marks.
fn code_at(text: &str) -> Option<&str> {
    let mark = if text.starts_with("```") { "```" } else { "`" };
    let inside = text.strip_prefix(mark)?;
    let end = inside.find(mark)?;
    Some(&text[..end + 2 * mark.len()])
}

/// What stands between `<` and `>` from here, if it is something of Slack's, and what comes after it.
fn bracket_at(text: &str) -> Option<(&str, &str)> {
    let (inside, after) = text.strip_prefix('<')?.split_once('>')?;
    let has_scheme = inside.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    let is_slacks = has_scheme || inside.starts_with(['@', '#', '!']);
    (is_slacks && !inside.contains(['\n', '<'])).then_some((inside, after))
}

fn bracket(inside: &str) -> String {
    let (target, words) = match inside.split_once('|') {
        Some((target, words)) => (target, Some(words)),
        None => (inside, None),
    };
    match target.chars().next() {
        // Whom it calls is said, and calls nobody: ids are not ours, and a program is no moderator.
        Some('@') => format!("@{}", words.unwrap_or(&target[1..]).trim_start_matches('@')),
        Some('#') => format!("#{}", words.unwrap_or(&target[1..]).trim_start_matches('#')),
        Some('!') => match words {
            Some(words) => plain(words),
            None => {
                let word = target[1..].split('^').next().unwrap_or_default();
                format!("@{word}")
            }
        },
        _ => linked(target, words.unwrap_or(target)),
    }
}

/// A link; only of addresses that a reader can follow.
fn linked(target: &str, words: &str) -> String {
    let (target, words) = (unescaped(target), unescaped(words));
    let is_web = ["http://", "https://", "mailto:"]
        .iter()
        .any(|begin| target.starts_with(begin));
    let is_whole = !target.contains(|c: char| c.is_whitespace() || c == '<' || c == '>');
    if !is_web || !is_whole {
        return words;
    }
    if target == words {
        return target;
    }
    let words = words.replace('[', "\\[").replace(']', "\\]");
    let target = target.replace('(', "%28").replace(')', "%29");
    format!("[{words}]({target})")
}

/// Between two of these marks, on one line and without white space at its ends.
fn marked_at(text: &str, mark: char) -> Option<&str> {
    let inside = text.strip_prefix(mark)?;
    let line = inside.lines().next().unwrap_or_default();
    let end = line.find(mark)?;
    let (inside, after) = (&line[..end], &line[end + mark.len_utf8()..]);
    let is_tight = !inside.is_empty()
        && !inside.starts_with(char::is_whitespace)
        && !inside.ends_with(char::is_whitespace);
    (is_tight && is_edge(after.chars().next())).then_some(inside)
}

/// Where a word may begin or end.
fn is_edge(beside: Option<char>) -> bool {
    beside.is_none_or(|c| !c.is_alphanumeric() && c != '*' && c != '~')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(payload: &Value) -> Result<String, NoPost> {
        read(payload.to_string().as_bytes()).map(|post| post.text)
    }

    #[test]
    fn marks_are_translated_and_code_is_left_as_it_is() {
        for (slack, ours) in [
            ("the build is *green*", "the build is **green**"),
            ("_slanted_ and ~struck~", "_slanted_ and ~~struck~~"),
            ("2*3*4 and a ~ b ~ c", "2*3*4 and a ~ b ~ c"),
            ("*two\nlines*", "*two\nlines*"),
            (
                "<https://ci.example/7|build 7> is done",
                "[build 7](https://ci.example/7) is done",
            ),
            (
                "<https://ci.example/a_(b)|x>",
                "[x](https://ci.example/a_%28b%29)",
            ),
            ("see <https://ci.example/7>", "see https://ci.example/7"),
            (
                "<mailto:ops@example.org|write>",
                "[write](mailto:ops@example.org)",
            ),
            ("<javascript:alert(1)|click>", "click"),
            ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
            ("&amp;lt;", "&lt;"),
            (
                "`*not bold*` and ```\n<x> &lt;\n```",
                "`*not bold*` and ```\n<x> <\n```",
            ),
            (
                "<!here> and <@U123|mara> in <#C1|general>",
                "@here and @mara in #general",
            ),
            ("<!date^1392734382^{date}|some day>", "some day"),
            ("*<https://x.example|x>*", "**[x](https://x.example)**"),
            ("a < b and c > d", "a < b and c > d"),
        ] {
            assert_eq!(text(&json!({ "text": slack })), Ok(ours.into()), "{slack}");
        }
    }

    #[test]
    fn attachments_and_blocks_become_text() {
        let payload = json!({
            "text": "deployed",
            "attachments": [
                {"fallback": "not this", "pretext": "by *mara*", "title": "v7", "title_link": "https://x.example/7",
                 "text": "to production", "fields": [{"title": "took", "value": "3 min", "short": true}],
                 "color": "good", "image_url": "https://x.example/p.png"},
                {"fallback": "only this"},
                {"color": "bad"},
            ],
        });
        let expected = "deployed\n\nby **mara**\n**[v7](https://x.example/7)**\nto production\n**took**: 3 min\n\nonly this";
        assert_eq!(text(&payload), Ok(expected.into()));
        let payload = json!({
            "text": "where blocks cannot be shown",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "Nightly *run*"}},
                {"type": "section", "text": {"type": "mrkdwn", "text": "all *green*"},
                 "fields": [{"type": "mrkdwn", "text": "*7* tests"}], "accessory": {"type": "button"}},
                {"type": "divider"},
                {"type": "context", "elements": [{"type": "image", "image_url": "x"}, {"type": "mrkdwn", "text": "by CI"}]},
                {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                    {"type": "text", "text": "see "}, {"type": "link", "url": "https://x.example", "text": "here"}]}]},
                {"type": "of the future", "what": 7},
            ],
        });
        let expected = "**Nightly *run***\n\nall **green**\n**7** tests\n\nby CI\n\nsee [here](https://x.example)";
        assert_eq!(text(&payload), Ok(expected.into()));
    }

    #[test]
    fn a_form_is_taken_as_well_as_json() {
        let form = b"payload=%7B%22text%22%3A+%22a+%26+b%22%2C+%22username%22%3A%22CI%22%7D";
        let post = read(form).unwrap();
        assert_eq!(
            (post.text.as_str(), post.name.as_deref()),
            ("a & b", Some("CI"))
        );
        assert_eq!(
            read(b" {\"text\": \"x\"}").map(|post| post.text),
            Ok("x".into())
        );
        for none in [
            "",
            "[]",
            "7",
            "text=x",
            "payload=x",
            "payload=[]",
            "{\"text\"",
            "\u{1}",
        ] {
            assert_eq!(read(none.as_bytes()), Err(NoPost::InvalidPayload), "{none}");
        }
        assert_eq!(read(&[0xFF, 0xFE]), Err(NoPost::InvalidPayload));
        for none in [
            json!({}),
            json!({"text": " "}),
            json!({"text": 7}),
            json!({"blocks": "x", "attachments": {}}),
        ] {
            assert_eq!(text(&none), Err(NoPost::NoText), "{none}");
        }
    }

    #[test]
    fn an_emoji_goes_before_the_name_and_its_name_does_not() {
        let name = |payload: Value| read(payload.to_string().as_bytes()).unwrap().name;
        let of = |icon: &str| name(json!({"text": "x", "username": "CI", "icon_emoji": icon}));
        assert_eq!(of("🤖").as_deref(), Some("🤖 CI"));
        assert_eq!(of(":robot_face:").as_deref(), Some("CI"));
        assert_eq!(name(json!({"text": "x"})), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_to_its_end(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }

        #[test]
        fn whatever_is_marked_is_read_to_its_end(words in "[ a*~_`<>|&;@#!\nhttps:/.]{0,80}") {
            let _ = text(&json!({ "text": words }));
        }
    }
}
