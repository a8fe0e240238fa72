//! The repository's own rules, as tests: which crate may use which, what a file begins with, what must not stand in
//! it, and what must stay equal.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Every file that is kept under version control, or would be: what builds and runs leave behind is left out.
fn files(below: &Path, found: &mut Vec<PathBuf>) {
    const LEFT_OUT: &[&str] = &[
        "target",
        ".git",
        ".run",
        "node_modules",
        "hearth-data",
        "bench",
        "dist",
        "shots",
    ];
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            files(&path, found)
        } else {
            found.push(path)
        }
    }
}

fn all() -> Vec<(String, PathBuf)> {
    let root = root();
    let mut found = Vec::new();
    files(&root, &mut found);
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
    let mut found: Vec<_> = found.into_iter().map(|path| (name(&path), path)).collect();
    found.sort();
    assert!(found.len() > 50, "the repository is not where it was");
    found
}

/// The crates of this workspace that a manifest's table names.
fn own_crates(manifest: &toml::Table, table: &str) -> Vec<String> {
    let dependencies = manifest.get(table).and_then(toml::Value::as_table);
    let names = dependencies.into_iter().flatten().map(|(name, _)| name);
    names
        .filter_map(|name| name.strip_prefix("hearth-"))
        .map(String::from)
        .collect()
}

#[test]
fn crates_are_used_in_one_direction() {
    let may_use: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("protocol", &[][..]),
        ("core", &["protocol"][..]),
        ("backends", &["core", "protocol"][..]),
        ("server", &["backends", "core", "protocol"][..]),
        ("drill", &["protocol", "core"][..]),
    ]);
    let mut seen = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let manifest: toml::Table = fs::read_to_string(path.join("Cargo.toml"))
            .unwrap()
            .parse()
            .unwrap();
        let allowed = may_use
            .get(name.as_str())
            .unwrap_or_else(|| panic!("a sixth crate, {name}: add a module instead"));
        for used in own_crates(&manifest, "dependencies") {
            assert!(
                allowed.contains(&used.as_str()),
                "{name} may not use {used}"
            );
        }
        for used in own_crates(&manifest, "dev-dependencies") {
            // A crate may name itself, to switch its own features on for its tests.
            assert!(
                allowed.contains(&used.as_str()) || used == name,
                "{name} may not use {used}, nor for its tests"
            );
        }
        seen.push(name);
    }
    assert_eq!(seen.len(), may_use.len(), "{seen:?}");
}

/// What no log may have says nothing of how a server does what it does.
const NO_KNOWLEDGE: &str = "hearth_core::testing::secrets";

/// The drill judges from outside: what would tell it more than a client can know stands in one folder of it.
fn only_in(word: &str, place: &str) {
    let (drill, place) = (root().join("crates/drill"), root().join(place));
    let mut knows = 0;
    let mut folders = vec![drill.join("src"), drill.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::read_to_string(&path)
                .unwrap()
                .replace(NO_KNOWLEDGE, "")
                .contains(word)
            {
                assert!(path.starts_with(&place), "{} knows {word}", path.display());
                knows += 1;
            }
        }
    }
    assert!(knows > 0, "{} was looked at", place.display());
}

#[test]
fn of_the_drill_only_the_simulation_knows_the_core() {
    only_in("hearth_core", "crates/drill/src/sim");
}

#[test]
fn of_the_drill_only_the_benchmarks_floors_know_a_store() {
    only_in("redb::", "crates/drill/src/bench");
    only_in("scylla::", "crates/drill/src/bench");
}

#[test]
fn the_core_knows_no_adapter_and_the_protocol_no_socket() {
    let forbidden: &[(&str, &[&str])] = &[
        (
            "protocol",
            &["tokio", "axum", "hyper", "redis", "scylla", "redb"],
        ),
        (
            "core",
            &["axum", "hyper", "redis", "scylla", "redb", "clap", "toml"],
        ),
        ("backends", &["axum", "hyper", "clap", "toml"]),
        ("drill", &["redis", "axum"]),
    ];
    for (name, names) in forbidden {
        let path = root().join("crates").join(name).join("Cargo.toml");
        let manifest: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
        let used = manifest["dependencies"].as_table().unwrap();
        for dependency in *names {
            assert!(
                !used.contains_key(*dependency),
                "{name} may not know {dependency}"
            );
        }
    }
}

#[test]
fn every_module_begins_with_what_it_is() {
    for (name, path) in all() {
        if name.ends_with(".rs") {
            let text = fs::read_to_string(path).unwrap();
            assert!(text.starts_with("//! "), "{name} does not begin with `//!`");
        }
    }
}

#[test]
fn nothing_in_the_repository_knows_the_machine_on_which_it_was_written() {
    // Put together here, so that this file does not hold them.
    let forbidden: Vec<String> = [
        ["/wo", "rk/"],
        ["/tmp", "/w/"],
        ["/ro", "ot/"],
        ["../sha", "red"],
        ["/home", "/"],
    ]
    .map(|parts| parts.concat())
    .into();
    for (name, path) in all() {
        let Ok(text) = fs::read_to_string(path) else {
            continue;
        };
        if name.starts_with("testdata/") {
            continue; // What people said is theirs.
        }
        for (line, forbidden) in text
            .lines()
            .flat_map(|line| forbidden.iter().map(move |word| (line, word)))
        {
            assert!(
                !line.contains(forbidden.as_str()),
                "{name} names {forbidden}: {line}"
            );
        }
    }
}

#[test]
fn every_dependency_comes_from_the_public_registry() {
    let lock: toml::Table = fs::read_to_string(root().join("Cargo.lock"))
        .unwrap()
        .parse()
        .unwrap();
    for package in lock["package"].as_array().unwrap() {
        if let Some(source) = package.get("source").and_then(toml::Value::as_str) {
            assert_eq!(
                source, "registry+https://github.com/rust-lang/crates.io-index",
                "{package}"
            );
        }
    }
}

#[test]
fn the_example_settings_are_the_defaults() {
    let example = fs::read_to_string(root().join("docs/hearth.toml")).unwrap();
    assert_eq!(
        example,
        hearth_server::config::example(),
        "write it anew: hearth config > docs/hearth.toml"
    );
}

#[test]
fn every_setting_that_is_deployed_exists() {
    for (name, path) in all() {
        let deployed =
            (name.starts_with("deploy/") && name.ends_with(".toml")) || name == "docs/hearth.toml";
        if !deployed {
            continue;
        }
        let settings: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
        for key in settings.keys() {
            let known = hearth_server::config::SETTINGS
                .iter()
                .any(|setting| setting.key == key);
            assert!(known, "{name} sets `{key}`, which is no setting");
        }
    }
}

#[test]
fn no_release_has_seeded_bugs_or_an_echo() {
    const NEVER: &[&str] = &["mutants", "conformance"];
    for (name, path) in all() {
        let Ok(text) = fs::read_to_string(path) else {
            continue;
        };
        if name.starts_with("crates/") && name.ends_with("/Cargo.toml") {
            let manifest: toml::Table = text.parse().unwrap();
            let default = manifest.get("features").and_then(|f| f.get("default"));
            let default = default
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten();
            for feature in default.filter_map(toml::Value::as_str) {
                let never = NEVER.iter().find(|never| feature.contains(**never));
                assert_eq!(never, None, "{name} has it by default");
            }
        }
        let builds = name.starts_with("scripts/") || name.starts_with("deploy/");
        if builds || ["Makefile", "README.md", "docker-compose.yaml"].contains(&name.as_str()) {
            for line in text.lines().filter(|line| line.contains("cargo")) {
                let never = NEVER.iter().any(|never| line.contains(never));
                let never = never || line.contains("--all-features");
                assert!(!(never && line.contains("release")), "{name}: {line}");
            }
        }
    }
}

#[test]
fn every_test_that_the_list_of_features_names_is_there() {
    let features = fs::read_to_string(root().join("docs/features.md")).unwrap();
    let sources: String = all()
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs") || name.ends_with(".test.ts"))
        .map(|(_, path)| fs::read_to_string(path).unwrap())
        .collect();
    // The last column of each row; names of tests have a `_`, and settings and calls stand in other columns.
    let named = features.lines().filter_map(|line| line.rsplit('|').nth(1));
    let named: Vec<_> = named
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert!(named.len() > 20, "the list is not where it was");
    for name in named {
        // The web client's tests are named by sentences.
        let is_there =
            sources.contains(&format!("fn {name}(")) || sources.contains(&format!("'{name}'"));
        assert!(is_there, "{name}");
    }
}

#[test]
fn every_test_that_starts_a_server_looks_through_its_log() {
    // Where the servers of one process are started.
    const HERE: &str = "crates/server/tests/server/world.rs";
    // Written apart, so that this file is none of them.
    let in_process = ["serve::", "Server"].concat();
    let program = ["\"ser", "ve\""].concat();
    let mut seen = 0;
    for (name, path) in all() {
        if !name.starts_with("crates/server/tests/") || !name.ends_with(".rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let starts = text.contains(&in_process);
        assert!(
            !starts || name == HERE,
            "{name} starts a server in this process by itself: world.rs does"
        );
        if starts || text.contains(&program) {
            seen += 1;
            assert!(
                text.contains("testing::secrets") || name == HERE,
                "{name} starts a server whose log nobody looks through: see hearth_core::testing::secrets"
            );
        }
    }
    assert!(seen >= 5, "the tests are not where they were: {seen}");
}

/// Of two types under one name the description has one, and says of the other what is not so.
#[test]
fn no_two_types_are_described_under_one_name() {
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for (file, path) in all() {
        if !file.starts_with("crates/server/src/") || !file.ends_with(".rs") {
            continue;
        }
        let source = fs::read_to_string(path).unwrap();
        // Behind each derivation: what else is said of the type, and its own name.
        for rest in source.split("ToSchema)]").skip(1) {
            let Some((before, rest)) = rest.split_once("pub ") else {
                continue;
            };
            let Some(declared) = rest.strip_prefix("struct ").or(rest.strip_prefix("enum ")) else {
                continue;
            };
            let word = |text: &str| -> String {
                let is_of_it = |c: &char| c.is_alphanumeric() || *c == '_';
                text.chars().take_while(is_of_it).collect()
            };
            let name = match before.split_once("as = ") {
                Some((_, other)) => word(other),
                None => word(declared),
            };
            if let Some(first) = named.insert(name.clone(), file.clone()) {
                panic!("{name} is a type of {first} and of {file}: give one `#[schema(as = …)]`");
            }
        }
    }
    assert!(
        named.len() > 80,
        "the types are not where they were: {named:?}"
    );
}
