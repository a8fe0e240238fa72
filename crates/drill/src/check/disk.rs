//! The disk under an embedded store, made to fail: a small file system of its own that is filled up (a tmpfs, which takes
//! root), and a server under libfiu, which lets writes and flushes of its files fail when it is told to.

use std::{
    fs::File,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::{Command as Blocking, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tokio::{
    process::Command,
    task::spawn_blocking,
    time::{Instant, sleep, sleep_until},
};

use super::{
    faults::{Bite, Hand, until_within},
    single::Single,
};

/// Large enough for what a run writes in minutes; what is free of it is filled by us.
const SIZE: &str = "size=64m,mode=700";
/// How long it may take until somebody is told: pages that are free in the file go first, and an append whose outcome is
/// unknown is looked for, for ten seconds, before its sender is told of the doubt.
const TOLD: Duration = Duration::from_secs(30);
/// How long it may take to go on: a client's longest pause, and some.
const GOES_ON: Duration = Duration::from_secs(45);
/// What fills it.
const BALLAST: &str = "ballast";
/// Of a hundred writes so many fail: enough are done that the file is opened anew between, and fails again.
const WRITES: &str = "enable_random name=posix/io/rw/pwrite,probability=0.05";
const FLUSHES: [&str; 2] = [
    "enable name=posix/io/sync/fdatasync",
    "enable name=posix/io/sync/fsync",
];
const WELL: [&str; 3] = [
    "disable name=posix/io/rw/pwrite",
    "disable name=posix/io/sync/fdatasync",
    "disable name=posix/io/sync/fsync",
];

/// Whether a small file system can be made here.
pub(super) fn can_be_small() -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("hearth-drill-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mounted = mount(&folder);
    umount(&folder);
    // What is left of it is an empty folder.
    let _ = std::fs::remove_dir(&folder);
    mounted.map_err(|error| format!("{error:#}"))
}

/// Whether there is libfiu on this machine.
pub(super) fn can_fail() -> Result<(), String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has = |name: &str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    match has("fiu-run") && has("fiu-ctrl") {
        true => Ok(()),
        false => Err("no fiu-run (scripts/install --for faults)".to_owned()),
    }
}

/// What the data lie on.
#[derive(Debug)]
pub(super) struct Disk {
    data: PathBuf,
    is_small: bool,
    can_fail: bool,
}

impl Disk {
    /// Any disk, which stays well.
    pub(super) fn plain(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            is_small: false,
            can_fail: false,
        }
    }

    /// One that can be filled, and one whose calls can fail.
    pub(super) fn lay(data: &Path, is_small: bool, can_fail: bool) -> Result<Self> {
        if is_small {
            std::fs::create_dir_all(data)?;
            mount(data)?;
        }
        if can_fail {
            std::fs::create_dir_all(pipes(data))?;
        }
        Ok(Self {
            data: data.to_owned(),
            is_small,
            can_fail,
        })
    }

    /// Takes away what was laid, or what a run has left that was killed.
    pub(super) fn forget(data: &Path) {
        if data.exists() {
            umount(data);
        }
        // A process that is killed leaves its pipes.
        let _ = std::fs::remove_dir_all(pipes(data));
    }

    /// The server's program on it.
    pub(super) fn command(&self, binary: &Path) -> Command {
        if !self.can_fail {
            return Command::new(binary);
        }
        // It becomes the program: the process is the server's own.
        let mut command = Command::new("fiu-run");
        command
            .arg("-x")
            .arg("-f")
            .arg(pipes(&self.data).join("to"));
        command.arg(binary);
        command
    }

    /// Makes it well again.
    pub(super) async fn mend(&self, pid: Option<u32>) -> Result<()> {
        match std::fs::remove_file(self.data.join(BALLAST)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        match pid {
            Some(pid) if self.can_fail => self.tell(pid, &WELL).await,
            _ => Ok(()),
        }
    }

    /// Tells libfiu in a process what is to fail.
    async fn tell(&self, pid: u32, commands: &[&str]) -> Result<()> {
        let mut control = Command::new("fiu-ctrl");
        control.arg("-f").arg(pipes(&self.data).join("to"));
        for command in commands {
            control.args(["-c", command]);
        }
        control.arg(pid.to_string()).stdin(Stdio::null());
        let output = control.kill_on_drop(true).output().await?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "fiu-ctrl: {}", said.trim());
        Ok(())
    }

    /// Fills it to the last page.
    async fn fill(&self) -> Result<u64> {
        ensure!(self.is_small, "it is not on a file system of its own");
        let path = self.data.join(BALLAST);
        let filled = spawn_blocking(move || {
            let mut file = File::create(path)?;
            let page = [0x55; 4096];
            let mut bytes = 0;
            loop {
                match file.write(&page) {
                    Ok(written) => bytes += written as u64,
                    Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(bytes),
                    Err(error) => return Err(error),
                }
            }
        });
        filled.await?.context("filling the disk")
    }
}

fn mount(folder: &Path) -> Result<()> {
    let mount = Blocking::new("mount")
        .args(["-t", "tmpfs", "-o", SIZE, "hearth-drill"])
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .context("mount")?;
    let said = String::from_utf8_lossy(&mount.stderr);
    ensure!(mount.status.success(), "no tmpfs: {}", said.trim());
    Ok(())
}

fn umount(folder: &Path) {
    // Mostly nothing is mounted there.
    let _ = Blocking::new("umount")
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// Where libfiu is told what is to fail.
fn pipes(data: &Path) -> PathBuf {
    data.with_file_name("fiu")
}

impl Hand<'_> {
    pub(super) async fn disk_full(&self, hold: Duration) -> Result<Bite> {
        let single = self.single()?;
        let pid = single.process().await.pid;
        let (held, end) = (self.world.counts().held, Instant::now() + hold);
        let bytes = single.disk.fill().await?;
        let is_told = self.is_told(single, held).await;
        sleep_until(end).await;
        let held = self.world.counts().held - held;
        single.disk.mend(pid).await?;
        self.goes_on(single).await.context("there is room again")?;
        ensure!(pid == single.process().await.pid, "it did not stay up");
        Ok(Bite::new(
            if is_told { held } else { 0 },
            format!(
                "sends put off while it was full ({bytes} bytes of ours) and not ready; it went on by itself"
            ),
        ))
    }

    pub(super) async fn disk_writes(&self, hold: Duration) -> Result<Bite> {
        let single = self.single()?;
        let pid = single.process().await.pid;
        let (held, end) = (self.world.counts().held, Instant::now() + hold);
        let process = pid.context("it does not run")?;
        single.disk.tell(process, &[WRITES]).await?;
        let is_told = self.is_told(single, held).await;
        sleep_until(end).await;
        let held = self.world.counts().held - held;
        single.disk.mend(pid).await?;
        self.goes_on(single)
            .await
            .context("writes are done again")?;
        ensure!(pid == single.process().await.pid, "it did not stay up");
        Ok(Bite::new(
            if is_told { held } else { 0 },
            "sends put off while writes failed; it went on by itself",
        ))
    }

    /// What the kernel says of a file whose flush failed cannot be believed: only another process may go on.
    pub(super) async fn disk_flush(&self, hold: Duration) -> Result<Bite> {
        let single = self.single()?;
        let pid = single.process().await.pid;
        let held = self.world.counts().held;
        let process = pid.context("it does not run")?;
        single.disk.tell(process, &FLUSHES).await?;
        let is_told = self.is_told(single, held).await;
        single.disk.mend(pid).await?;
        sleep(hold).await;
        let stays_away = !self.is_ready(&single.place).await;
        ensure!(pid == single.process().await.pid, "it did not stay up");
        let held = self.world.counts().held - held;
        single.verb("restart").await?;
        self.goes_on(single).await.context("it was started again")?;
        Ok(Bite::new(
            if is_told && stays_away { held } else { 0 },
            "sends put off after a flush failed; it refused until it was started again",
        ))
    }

    fn single(&self) -> Result<&Single> {
        let single = self.system()?.one();
        single.context("this fault needs a server with its own store")
    }

    /// Whether clients are told and the balancer is.
    async fn is_told(&self, single: &Single, held: u64) -> bool {
        let told = until_within(TOLD, || async {
            let is_held = self.world.counts().held > held;
            (is_held && !self.is_ready(&single.place).await).then_some(())
        });
        told.await.is_some()
    }

    /// Sends are acknowledged again, and the balancer is told so.
    async fn goes_on(&self, single: &Single) -> Result<()> {
        let acked = self.world.counts().acked;
        let on = until_within(GOES_ON, || async {
            let is_acked = self.world.counts().acked > acked;
            (is_acked && self.is_ready(&single.place).await).then_some(())
        });
        on.await.context("and the server does not go on")
    }
}
