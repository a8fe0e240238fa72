//! Who tidies up when the drill itself is killed: a shell that waits for the drill's end, however it comes, and unless it
//! was dismissed ends the scripts that were called and all that they have started. It holds the run's lock for as long.

use std::{
    fs::File,
    io::Write,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};

/// Told line by line: `call GROUP`, `over GROUP`, `done`. What comes after the last line is done to what is left.
const SHELL: &str = r#"
    groups=" "
    while read -r word group; do
        case $word in
            call) groups="$groups$group " ;;
            over) groups="${groups%% $group *} ${groups#* $group }" ;;
            done) exit 0 ;;
        esac
    done
    for group in $groups; do kill -s TERM -- "-$group"; kill -s CONT -- "-$group"; done 2>/dev/null
    for group in $groups; do
        tries=600
        while kill -s 0 -- "-$group" 2>/dev/null && [ $tries -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done
        kill -s KILL -- "-$group" 2>/dev/null
    done
    exec "$0" "$@" >/dev/null
"#;

/// The shell.
#[derive(Debug, Clone)]
pub(super) struct Janitor(Arc<Mutex<Option<(Child, ChildStdin)>>>);

impl Janitor {
    /// Begins to wait. `lock` is held until it has ended; `command` is what it does at last.
    pub(super) fn start(lock: &File, program: &Path, words: &[&str]) -> Result<Self> {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", SHELL])
            .arg(program)
            .args(words)
            .stdin(Stdio::piped())
            // Not to be written to: a file that is open is a lock that is held.
            .stdout(lock.try_clone()?)
            .stderr(Stdio::null())
            // What ends the drill by the terminal does not end it.
            .process_group(0);
        let mut child = shell.spawn().context("starting the shell that tidies up")?;
        let told = child.stdin.take().context("it has no standard input")?;
        Ok(Self(Arc::new(Mutex::new(Some((child, told))))))
    }

    /// A script that leads this group was called.
    pub(super) fn call(&self, group: u32) {
        self.tell(&format!("call {group}"));
    }

    /// It has ended.
    pub(super) fn over(&self, group: u32) {
        self.tell(&format!("over {group}"));
    }

    /// All is tidied up: it goes.
    pub(super) fn dismiss(&self) {
        self.tell("done");
        let mut shell = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((mut child, told)) = shell.take() {
            drop(told);
            let _ = child.wait();
        }
    }

    fn tell(&self, line: &str) {
        let mut shell = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, told)) = shell.as_mut() {
            // It is gone: then somebody else has ended it, and there is nobody to tell.
            let _ = writeln!(told, "{line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// A janitor that leaves a mark instead of tidying up, and the mark.
    fn janitor(dir: &tempfile::TempDir) -> (Janitor, std::path::PathBuf) {
        let (lock, mark) = (dir.path().join("lock"), dir.path().join("mark"));
        let lock = File::create(lock).unwrap();
        let janitor = Janitor::start(&lock, Path::new("touch"), &[mark.to_str().unwrap()]);
        (janitor.unwrap(), mark)
    }

    /// Its end, as when the drill is killed: nobody writes to it any more.
    fn forsaken(janitor: Janitor) {
        let mut shell = janitor.0.lock().unwrap();
        let (mut child, told) = shell.take().unwrap();
        drop(told);
        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn who_is_dismissed_does_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (janitor, mark) = janitor(&dir);
        janitor.dismiss();
        assert!(!mark.exists());
    }

    #[test]
    fn who_is_forsaken_ends_what_is_under_way_and_tidies_up() {
        let dir = tempfile::tempdir().unwrap();
        let (janitor, mark) = janitor(&dir);
        let sleeper = || Command::new("sleep").arg("600").process_group(0).spawn();
        let (mut over, mut under_way) = (sleeper().unwrap(), sleeper().unwrap());
        janitor.call(over.id());
        janitor.call(under_way.id());
        janitor.over(over.id());
        let ended = std::thread::spawn(move || under_way.wait().unwrap());
        forsaken(janitor);
        assert!(mark.exists());
        assert!(!ended.join().unwrap().success());
        assert!(over.try_wait().unwrap().is_none());
        over.kill().unwrap();
        over.wait().unwrap();
    }
}
