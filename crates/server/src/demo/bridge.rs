//! What a program writes: lines of a chat elsewhere, through a webhook, each under the name of who said it.

use anyhow::Context;
use hyper::Method;
use serde_json::{Value, json};

use super::{Demo, text};

/// By which the webhook is known in its room.
const NAME: &str = "IRC";

/// `[HH:MM] <nick> text`: who, and what.
pub(super) fn said(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once("] <")?;
    rest.split_once("> ")
}

impl Demo {
    /// Writes what of it is not there yet; how many lines there are.
    ///
    /// Its address is told once, and a run that broke off takes it with it. So what is there is counted in the log, where
    /// it stands in order, and another webhook goes on behind it.
    pub(super) async fn bridge(
        &self,
        maker: &str,
        path: &str,
        lines: &str,
        events: &[Value],
    ) -> anyhow::Result<usize> {
        let lines: Vec<_> = lines.lines().filter_map(said).collect();
        let is_theirs = |event: &&Value| {
            let is_message = event["body"]["kind"] == "message";
            let by = event["by"].as_str().unwrap_or_default();
            is_message && !self.ids.values().any(|id| id == by)
        };
        let there = events.iter().filter(is_theirs).count();
        if there >= lines.len() {
            return Ok(lines.len());
        }
        let webhooks = format!("{path}/webhooks");
        let listed = self
            .done(maker, Method::GET, &webhooks, &Value::Null, "")
            .await?;
        for webhook in listed["webhooks"].as_array().into_iter().flatten() {
            if webhook["name"] == NAME {
                let one = format!("{webhooks}/{}", text(&webhook["id"])?);
                self.done(maker, Method::DELETE, &one, &Value::Null, "")
                    .await?;
            }
        }
        let made = format!("{webhooks}/in");
        let body = json!({ "name": NAME });
        let made = self.done(maker, Method::POST, &made, &body, "").await?;
        let hook = format!("/hooks/{}", text(&made["secret"])?);
        for (n, (nick, said)) in lines.iter().enumerate().skip(there) {
            let body = json!({ "text": said, "username": nick });
            let key = format!("demo-{n}");
            self.done(maker, Method::POST, &hook, &body, &key)
                .await
                .context("the webhook")?;
        }
        Ok(lines.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_who_said_it_and_what() {
        assert_eq!(
            said("[14:21] <ChaosD> look: a -> b"),
            Some(("ChaosD", "look: a -> b"))
        );
        assert_eq!(said("=== ChaosD has joined #ubuntu"), None);
    }
}
