//! Takes the web client into the binary, if it was built (`make web`): every file of `web/dist`, with what was compressed
//! of it. Without it the crate compiles all the same, and `/` is the page of introduction.

use std::{
    env,
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    // The folder is always there (it keeps itself), so that cargo sees when something comes into it.
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../web/dist");
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-changed=build.rs");
    let mut code = String::new();
    let index = dist.join("index.html");
    if index.is_file() {
        writeln!(
            code,
            "const INDEX: Option<&str> = Some(include_str!({}));",
            quoted(&index)?
        )?;
    } else {
        writeln!(code, "const INDEX: Option<&str> = None;")?;
    }
    list(&mut code, "FILES", &dist.join("assets"))?;
    list(&mut code, "TOP", &dist)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("web.rs"), code)?;
    Ok(())
}

/// Writes a constant of the files in a folder, with what was compressed of them.
fn list(code: &mut String, constant: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    writeln!(code, "const {constant}: &[File] = &[")?;
    for path in files(folder)? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let compressed = |ending: &str| {
            let path = path.with_file_name(format!("{name}.{ending}"));
            let bytes = path.is_file().then(|| quoted(&path)).transpose()?;
            let some = |path| format!("Some(include_bytes!({path}))");
            Ok::<_, Box<dyn Error>>(bytes.map_or("None".to_owned(), some))
        };
        writeln!(
            code,
            "    File {{ name: {name:?}, plain: include_bytes!({}), gzip: {}, brotli: {} }},",
            quoted(&path)?,
            compressed("gz")?,
            compressed("br")?,
        )?;
    }
    writeln!(code, "];")?;
    Ok(())
}

/// The files to serve as they are, in the order of their names; none if there is no such folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_served = path
                .extension()
                .is_some_and(|ending| ending != "gz" && ending != "br" && ending != "html");
            if path.is_file() && is_served {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn quoted(path: &Path) -> Result<String, Box<dyn Error>> {
    Ok(format!(
        "{:?}",
        path.canonicalize()?
            .to_str()
            .ok_or("a path that is no text")?
    ))
}
