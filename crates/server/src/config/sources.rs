//! Where values come from: defaults ← file ← environment ← flags. Each value keeps its source, for the errors.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use super::table::{Kind, SETTINGS, Setting, find};

/// Who gave a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody.
    Default,
    /// The settings file.
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
    /// A flag, with its dashes.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::Flag(name) => write!(f, "the flag {name}"),
        }
    }
}

/// Why the settings cannot be used: the key, the value, who gave it, and the cure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A value that does not fit.
    #[error("`{key}` = {value:?} (from {origin}): {cure}")]
    Value {
        /// The setting.
        key: &'static str,
        /// What was given.
        value: String,
        /// Who gave it.
        origin: Source,
        /// What would fit.
        cure: String,
    },
    /// A key in the file that is none.
    #[error("`{key}` in {file} is no setting{}; `hearth config` prints all of them", nearest(.key))]
    UnknownKey {
        /// The key.
        key: String,
        /// The file.
        file: String,
    },
    /// The file cannot be read.
    #[error("{file} cannot be read as settings: {cause}")]
    File {
        /// The file.
        file: String,
        /// Why.
        cause: String,
    },
    /// Settings that contradict each other.
    #[error("{0}")]
    Together(String),
}

/// What was given for one setting.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// The setting.
    pub(super) setting: &'static Setting,
    /// The value: one text, or the texts of a list.
    pub(super) values: Vec<String>,
    /// Who gave it.
    pub(super) origin: Source,
}

impl Given {
    /// The value as one text.
    pub(super) fn text(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// The error that names all that is known.
    pub(super) fn refuse(&self, cure: impl Into<String>) -> ConfigError {
        ConfigError::Value {
            key: self.setting.key,
            value: self.values.join(","),
            origin: self.origin.clone(),
            cure: cure.into(),
        }
    }
}

/// Every setting's value, each from the strongest source that gave one.
#[derive(Debug, Clone)]
pub(super) struct Values(BTreeMap<&'static str, Given>);

impl Values {
    /// The defaults.
    pub(super) fn defaults() -> Self {
        let mut values = Self(BTreeMap::new());
        for setting in SETTINGS {
            let table: toml::Table =
                toml::from_str(&format!("{} = {}", setting.key, setting.default)).unwrap_or_else(
                    |error| unreachable!("the table of settings is tested: {error}"),
                );
            if let Some(value) = table.get(setting.key) {
                let values_of = texts(setting, value).unwrap_or_default();
                values.0.insert(
                    setting.key,
                    Given {
                        setting,
                        values: values_of,
                        origin: Source::Default,
                    },
                );
            }
        }
        values
    }

    /// Lays a file's text over them.
    ///
    /// # Errors
    /// The first key that is no setting, or has a value of another type.
    pub(super) fn lay_file(
        &mut self,
        path: &std::path::Path,
        text: &str,
    ) -> Result<(), ConfigError> {
        let file = path.display().to_string();
        let table: toml::Table =
            text.parse()
                .map_err(|error: toml::de::Error| ConfigError::File {
                    file: file.clone(),
                    cause: error.to_string(),
                })?;
        for (key, value) in &table {
            let setting = find(key).ok_or_else(|| ConfigError::UnknownKey {
                key: key.clone(),
                file: file.clone(),
            })?;
            let origin = Source::File(path.into());
            match texts(setting, value) {
                Some(values) => self.0.insert(
                    setting.key,
                    Given {
                        setting,
                        values,
                        origin,
                    },
                ),
                None => {
                    return Err(ConfigError::Value {
                        key: setting.key,
                        value: value
                            .as_str()
                            .map_or_else(|| value.to_string(), String::from),
                        origin,
                        cure: match setting.kind {
                            Kind::Number(..) => "write a whole number, without quotes".into(),
                            Kind::List => "write a list of texts, such as [\"a\", \"b\"]".into(),
                            _ => "write a text in quotes".into(),
                        },
                    });
                }
            };
        }
        Ok(())
    }

    /// Lays one text over the setting, as the environment and the command line give it.
    pub(super) fn lay_text(&mut self, setting: &'static Setting, text: &str, origin: Source) {
        let values = match setting.kind {
            Kind::List => text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(String::from)
                .collect(),
            _ => vec![text.trim().to_owned()],
        };
        self.0.insert(
            setting.key,
            Given {
                setting,
                values,
                origin,
            },
        );
    }

    /// What was given for a key of the table.
    pub(super) fn get(&self, key: &str) -> &Given {
        &self.0[key]
    }
}

/// The texts of a value of the setting's type.
fn texts(setting: &Setting, value: &toml::Value) -> Option<Vec<String>> {
    match (setting.kind, value) {
        (Kind::List, toml::Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(String::from))
            .collect(),
        (Kind::Number(..), toml::Value::Integer(number)) => Some(vec![number.to_string()]),
        (Kind::Text | Kind::Choice(_), toml::Value::String(text)) => Some(vec![text.clone()]),
        _ => None,
    }
}

/// "; did you mean `x`?" where one is near.
pub(super) fn nearest(key: &str) -> String {
    let near = SETTINGS
        .iter()
        .map(|setting| (distance(key, setting.key), setting.key))
        .filter(|(distance, known)| *distance <= 2.max(known.len() / 3))
        .min();
    near.map(|(_, known)| format!("; did you mean `{known}`?"))
        .unwrap_or_default()
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}
