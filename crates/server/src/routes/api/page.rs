//! `GET /api`: the description of `/api/v1` as a page to read. Our own, because the usual viewers load scripts from
//! third parties.

use std::fmt::Write;

use axum::{
    Extension,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::openapi::Document;
use crate::page::{escaped, secured, whole};

/// The page.
pub async fn page(Extension(document): Extension<Document>) -> Response {
    secured(
        (
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            document.page(),
        )
            .into_response(),
    )
}

/// The page of a description.
pub fn rendered(document: &Value) -> String {
    let mut html = String::new();
    // Writing to a String does not fail.
    let _ = render(document, &mut html);
    whole("Hearth: the HTTP interface", &html)
}

fn render(document: &Value, html: &mut String) -> std::fmt::Result {
    writeln!(html, "<h1>The HTTP interface</h1>")?;
    paragraphs(html, &document["info"]["description"])?;
    writeln!(
        html,
        "<p><a href=\"/api/openapi.json\">The same as OpenAPI</a> · <a href=\"/\">Back</a></p>\n<h2>Calls</h2>"
    )?;
    for (path, methods) in entries(&document["paths"]) {
        for (method, call) in entries(methods) {
            writeln!(html, "<h3>{} {}</h3>", method.to_uppercase(), escaped(path))?;
            paragraphs(html, &call["summary"])?;
            paragraphs(html, &call["description"])?;
            let parameters = call["parameters"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            if !parameters.is_empty() {
                writeln!(html, "<ul>")?;
                for parameter in parameters {
                    writeln!(
                        html,
                        "<li><code>{}</code> ({}): {}</li>",
                        text(&parameter["name"]),
                        text(&parameter["in"]),
                        text(&parameter["description"])
                    )?;
                }
                writeln!(html, "</ul>")?;
            }
            if let Some(body) = schema_of(&call["requestBody"]["content"]) {
                writeln!(html, "<p>Takes {body}.</p>")?;
            }
            writeln!(
                html,
                "<table><thead><tr><th>Status</th><th>Answer</th></tr></thead><tbody>"
            )?;
            for (status, response) in entries(&call["responses"]) {
                let body = schema_of(&response["content"])
                    .map(|body| format!(": {body}"))
                    .unwrap_or_default();
                writeln!(
                    html,
                    "<tr><td>{}</td><td>{}{body}</td></tr>",
                    escaped(status),
                    text(&response["description"])
                )?;
            }
            writeln!(html, "</tbody></table>")?;
        }
    }
    writeln!(html, "<h2>What is sent</h2>")?;
    for (name, schema) in entries(&document["components"]["schemas"]) {
        writeln!(html, "<h3 id=\"{0}\">{0}</h3>", escaped(name))?;
        paragraphs(html, &schema["description"])?;
        fields(html, schema)?;
        for variant in schema["oneOf"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
        {
            paragraphs(html, &variant["description"])?;
            fields(html, variant)?;
        }
        if let Some(words) = schema["enum"].as_array() {
            let words: Vec<_> = words
                .iter()
                .map(|word| format!("<code>{}</code>", text(word)))
                .collect();
            writeln!(html, "<p>One of {}.</p>", words.join(", "))?;
        }
    }
    Ok(())
}

fn fields(html: &mut String, schema: &Value) -> std::fmt::Result {
    let Some(properties) = schema["properties"].as_object() else {
        return Ok(());
    };
    let required: Vec<_> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    writeln!(
        html,
        "<table><thead><tr><th>Field</th><th>Type</th><th>What it is</th></tr></thead><tbody>"
    )?;
    for (name, property) in properties {
        let optional = if required.contains(&name.as_str()) {
            ""
        } else {
            ", may be absent"
        };
        writeln!(
            html,
            "<tr><td><code>{}</code></td><td>{}{optional}</td><td>{}</td></tr>",
            escaped(name),
            kind(property),
            text(&property["description"])
        )?;
    }
    writeln!(html, "</tbody></table>")
}

/// A schema in words: a link to its name, or its type.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|name| name.rsplit('/').next())
    {
        return format!("<a href=\"#{0}\">{0}</a>", escaped(name));
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(kinds) = schema[several].as_array() {
            let kinds: Vec<_> = kinds
                .iter()
                .filter(|of| of["type"] != "null")
                .map(kind)
                .collect();
            return kinds.join(" or ");
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return words
            .iter()
            .map(|word| format!("<code>{}</code>", escaped(&word.to_string())))
            .collect::<Vec<_>>()
            .join(" or ");
    }
    match &schema["type"] {
        Value::String(name) if name == "array" => format!("list of {}", kind(&schema["items"])),
        Value::String(name) => escaped(name),
        Value::Array(names) => {
            let names: Vec<_> = names
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| *name != "null")
                .collect();
            escaped(&names.join(" or "))
        }
        _ => "any".into(),
    }
}

fn schema_of(content: &Value) -> Option<String> {
    let (_, body) = content.as_object()?.iter().next()?;
    Some(kind(&body["schema"]))
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn paragraphs(html: &mut String, value: &Value) -> std::fmt::Result {
    for paragraph in value
        .as_str()
        .unwrap_or_default()
        .split("\n\n")
        .filter(|text| !text.trim().is_empty())
    {
        writeln!(html, "<p>{}</p>", escaped(paragraph))?;
    }
    Ok(())
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}
