//! One server process, with its embedded store unless its settings say otherwise, started and ended by the drill itself.
//! It promises that the process ends with the drill, however that ends.

use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use tokio::{
    process::{Child, Command},
    sync::Mutex,
    time::{Instant, sleep, timeout},
};

use super::{
    disk::Disk,
    janitor::Janitor,
    local::{Process, free_ports, state_of},
};
use crate::http::{Http, Place};

/// How long it may take to be ready: opening a store that was cut off included.
const READY: Duration = Duration::from_secs(60);
/// How long it may take to end when told to: its drain included.
const ENDS: Duration = Duration::from_secs(40);

/// The process.
#[derive(Debug)]
pub(crate) struct Single {
    binary: PathBuf,
    pub(crate) place: Place,
    data: PathBuf,
    log: PathBuf,
    /// More of its command line.
    settings: Vec<String>,
    pub(super) disk: Disk,
    http: Http,
    child: Mutex<Option<Child>>,
    janitor: Janitor,
}

impl Single {
    /// On a free port, its data and log in `out`. Starts nothing yet.
    pub(crate) fn prepare(binary: &Path, out: &Path) -> Result<Self> {
        let port = free_ports(1)?[0];
        let data = std::path::absolute(out)?.join("data");
        Disk::forget(&data);
        if data.exists() {
            std::fs::remove_dir_all(&data).context("removing what an earlier run has left")?;
        }
        let log = data.with_file_name("server1.log");
        let lock = File::create(&log)?;
        let janitor = Janitor::start(&lock, Path::new("true"), &[])?;
        Ok(Self {
            binary: binary.to_owned(),
            place: Place::parse(&format!("127.0.0.1:{port}"))?,
            disk: Disk::plain(&data),
            data,
            log,
            settings: Vec::new(),
            http: Http::new(),
            child: Mutex::new(None),
            janitor,
        })
    }

    /// With these settings, as on its command line.
    pub(crate) fn with(mut self, settings: &[&str]) -> Self {
        self.settings = settings.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// Puts its data on a disk that can be made to fail.
    pub(super) fn on_a_bad_disk(mut self, small: bool, failing: bool) -> Result<Self> {
        self.disk = Disk::lay(&self.data, small, failing)?;
        Ok(self)
    }

    /// Starts it. Returns when it is ready.
    pub(crate) async fn start(&self) -> Result<()> {
        self.spawn().await?;
        self.ready().await
    }

    /// Starts it, and does not wait for anything.
    pub(super) async fn spawn(&self) -> Result<()> {
        let mut child = self.child.lock().await;
        ensure!(child.is_none(), "it runs already");
        let log = OpenOptions::new().append(true).open(&self.log)?;
        let mut command = self.disk.command(&self.binary);
        command
            .args(["serve", "--listen", &self.place.authority, "--drain-s", "2"])
            // A few users do the work of hundreds here.
            .args(["--limits", "off"])
            .arg("--data")
            .arg(&self.data)
            .args(&self.settings)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true);
        without_own_settings(&mut command);
        let started = command.spawn().context("starting the server")?;
        if let Some(group) = started.id() {
            self.janitor.call(group);
        }
        *child = Some(started);
        Ok(())
    }

    /// Waits until it is ready.
    pub(super) async fn ready(&self) -> Result<()> {
        let until = Instant::now() + READY;
        loop {
            self.lives().await?;
            let answer = self.http.get_text(&self.place, "/readyz");
            if matches!(timeout(Duration::from_secs(2), answer).await, Ok(Ok(_))) {
                return Ok(());
            }
            if Instant::now() >= until {
                bail!(
                    "the server is not ready after {READY:?}: see {}",
                    self.log.display()
                );
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// An error if it ended by itself.
    pub(super) async fn lives(&self) -> Result<()> {
        let mut child = self.child.lock().await;
        let status = child.as_mut().context("it was not started")?.try_wait()?;
        if let Some(status) = status {
            *child = None;
            bail!("the server ended with {status}: see {}", self.log.display());
        }
        Ok(())
    }

    /// As it stands.
    pub(super) async fn process(&self) -> Process {
        let child = self.child.lock().await;
        let pid = child.as_ref().and_then(Child::id);
        let state = pid.map_or("dead", state_of);
        Process {
            part: "server".to_owned(),
            number: 1,
            address: self.place.authority.clone(),
            pid: pid.filter(|_| state != "dead"),
            state: state.to_owned(),
            role: String::new(),
        }
    }

    /// Its process, while it runs.
    pub(crate) async fn pid(&self) -> Option<u32> {
        self.child.lock().await.as_ref().and_then(Child::id)
    }

    /// `kill`, `pause`, `resume`, `restart`.
    pub(crate) async fn verb(&self, verb: &str) -> Result<()> {
        match verb {
            "kill" => {
                let child = self.child.lock().await.take();
                self.kill(child.context("it does not run")?).await
            }
            "pause" => self.signal("STOP").await,
            "resume" => self.signal("CONT").await,
            "restart" => {
                self.end().await?;
                self.start().await
            }
            _ => bail!("no such verb: {verb}"),
        }
    }

    /// Brings it back, whatever state it is in, on a disk that is well.
    pub(super) async fn mend(&self) -> Result<()> {
        let process = self.process().await;
        self.disk.mend(process.pid).await?;
        match process.state.as_str() {
            "dead" => self.verb("restart").await,
            "paused" => self.verb("resume").await,
            _ if self.ready().await.is_err() => self.verb("restart").await,
            _ => Ok(()),
        }
    }

    /// Ends it as an operator does.
    pub(crate) async fn end(&self) -> Result<()> {
        if self.child.lock().await.is_none() {
            return Ok(());
        }
        self.signal("TERM").await?;
        self.signal("CONT").await?;
        let child = self.child.lock().await.take();
        let Some(mut child) = child else {
            return Ok(());
        };
        let group = child.id();
        if timeout(ENDS, child.wait()).await.is_err() {
            return self.kill(child).await;
        }
        if let Some(group) = group {
            self.janitor.over(group);
        }
        Ok(())
    }

    async fn kill(&self, mut child: Child) -> Result<()> {
        let group = child.id();
        child.kill().await?;
        if let Some(group) = group {
            self.janitor.over(group);
        }
        Ok(())
    }

    /// Ends it, and removes its data.
    pub(crate) async fn stop(&self) -> Result<()> {
        self.end().await?;
        Disk::forget(&self.data);
        std::fs::remove_dir_all(&self.data).context("removing its data")
    }

    async fn signal(&self, signal: &str) -> Result<()> {
        let pid = self.process().await.pid.context("it does not run")?;
        let status = Command::new("kill")
            .args(["-s", signal, &pid.to_string()])
            .status();
        ensure!(status.await?.success(), "it could not be sent SIG{signal}");
        Ok(())
    }
}

/// Keeps from the server what is meant for the drill or its scripts: it would take it for settings.
pub(crate) fn without_own_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        // A seeded bug is meant for the server; one that has none says so and ends.
        if name_text.starts_with("HEARTH_") && name_text != "HEARTH_MUTANT" {
            command.env_remove(&name);
        }
    }
}
