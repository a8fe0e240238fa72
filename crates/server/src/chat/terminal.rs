//! The terminal: an editor where a person sits at one, plain lines in and out where not.

use std::{
    future::poll_fn,
    io::{self, IsTerminal, Write},
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
};

use rustyline_async::{Readline, ReadlineEvent, SharedWriter};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin, stdin};

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line.
    Line(String),
    /// A key, of a line that is not ended yet.
    Key,
    /// Ctrl-C.
    Interrupt,
    /// There will be no more.
    End,
}

/// Where lines come from and go to.
pub(crate) enum Terminal {
    /// Somebody sits there.
    Editor {
        readline: Box<Readline>,
        writer: SharedWriter,
        prompt: String,
        keys: Arc<Keys>,
    },
    /// A pipe or a file.
    Pipe(Lines<BufReader<Stdin>>),
}

impl Terminal {
    /// Whether somebody sits at it.
    pub(crate) fn is_person() -> bool {
        io::stdin().is_terminal() && io::stdout().is_terminal()
    }

    /// Whether the person asked all programs for no colours (no-color.org). It belongs to the terminal, as its size
    /// does, and is no setting of the server's.
    pub(super) fn wants_no_colour() -> bool {
        std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
    }

    pub(super) fn open() -> anyhow::Result<Self> {
        if !Self::is_person() {
            return Ok(Self::Pipe(BufReader::new(stdin()).lines()));
        }
        let prompt = "hearth> ".to_owned();
        let (mut readline, writer) = Readline::new(prompt.clone())?;
        // What was typed comes back as an event: shown once, where it stands in the order of all.
        readline.should_print_line_on(false, false);
        Ok(Self::Editor {
            readline: Box::new(readline),
            writer,
            prompt,
            keys: Arc::default(),
        })
    }

    /// The next line. Dropping it half-way loses nothing.
    pub(super) async fn line(&mut self) -> anyhow::Result<Typed> {
        match self {
            Self::Pipe(lines) => Ok(lines.next_line().await?.map_or(Typed::End, Typed::Line)),
            Self::Editor { readline, keys, .. } => match keys.or(readline.readline()).await {
                None => Ok(Typed::Key),
                Some(event) => Ok(match event? {
                    ReadlineEvent::Line(line) => {
                        if !line.trim().is_empty() {
                            readline.add_history_entry(line.clone());
                        }
                        Typed::Line(line)
                    }
                    ReadlineEvent::Interrupted => Typed::Interrupt,
                    ReadlineEvent::Eof => Typed::End,
                }),
            },
        }
    }

    /// Asks for lines that are not shown while they are typed; of a pipe they are the next ones. `None`: it has ended.
    /// Meanwhile nothing is shown, and nothing else is done.
    pub(super) async fn secrets(
        &mut self,
        questions: &[&'static str],
    ) -> anyhow::Result<Option<Vec<String>>> {
        if let Self::Pipe(lines) = self {
            let mut secrets = Vec::new();
            for _ in questions {
                match lines.next_line().await? {
                    Some(line) => secrets.push(line),
                    None => return Ok(None),
                }
            }
            return Ok(Some(secrets));
        }
        // The editor holds the terminal in a mode of its own as long as it lives.
        self.close()?;
        *self = Self::Pipe(BufReader::new(stdin()).lines());
        let questions = questions.to_vec();
        let asked = tokio::task::spawn_blocking(move || {
            let asked = questions.into_iter().map(ask_secret);
            asked.collect::<anyhow::Result<Vec<_>>>()
        });
        let asked = asked.await;
        *self = Self::open()?;
        asked?.map(Some)
    }

    /// Shows lines above what is being typed.
    pub(super) fn print(&mut self, lines: &[String]) -> anyhow::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut text = lines.join("\n");
        text.push('\n');
        match self {
            Self::Pipe(_) => {
                let mut out = io::stdout().lock();
                out.write_all(text.as_bytes())?;
                out.flush()?;
            }
            Self::Editor {
                readline,
                writer,
                keys,
                ..
            } => {
                // The writer keeps a bounded number of texts until the editor shows them.
                if let Err(error) = writer.write_all(text.as_bytes()) {
                    if error.kind() != io::ErrorKind::WouldBlock {
                        return Err(error.into());
                    }
                    readline.flush()?;
                    writer.write_all(b"\n")?;
                }
                keys.forget();
            }
        }
        Ok(())
    }

    /// Changes what stands before the line that is typed.
    pub(super) fn prompt(&mut self, new: String) -> anyhow::Result<()> {
        if let Self::Editor {
            readline, prompt, ..
        } = self
            && *prompt != new
        {
            readline.update_prompt(&new)?;
            *prompt = new;
        }
        Ok(())
    }

    /// Shows what is still to be shown.
    pub(super) fn close(&mut self) -> anyhow::Result<()> {
        if let Self::Editor { readline, .. } = self {
            readline.flush()?;
        }
        Ok(())
    }
}

/// Whether what waits was woken. The editor does not say which keys it takes; but while it waits nothing else wakes it.
#[derive(Default)]
pub(crate) struct Keys {
    is_struck: AtomicBool,
    /// Who waits for the editor.
    waits: Mutex<Option<Waker>>,
}

impl Keys {
    /// What a future comes to; `None` if it was woken, and goes on waiting. It may be dropped and made anew meanwhile.
    async fn or<T>(self: &Arc<Self>, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let waker = Waker::from(self.clone());
        poll_fn(|context| {
            *self.waits() = Some(context.waker().clone());
            let is_struck = self.is_struck.swap(false, Relaxed);
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(value) => Poll::Ready(Some(value)),
                Poll::Pending if is_struck => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// What was shown wakes the editor too, and is no key.
    fn forget(&self) {
        self.is_struck.store(false, Relaxed);
    }

    fn waits(&self) -> MutexGuard<'_, Option<Waker>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Keys {
    fn wake(self: Arc<Self>) {
        self.is_struck.store(true, Relaxed);
        if let Some(waker) = self.waits().take() {
            waker.wake();
        }
    }
}

/// Asks for a line before the conversation begins.
pub(crate) fn ask(question: &str) -> anyhow::Result<String> {
    let mut out = io::stdout().lock();
    write!(out, "{question}")?;
    out.flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asks for a line that is not shown while it is typed.
pub(crate) fn ask_secret(question: &str) -> anyhow::Result<String> {
    let echo = |word: &str| {
        let status = std::process::Command::new("stty").arg(word).status();
        matches!(status, Ok(status) if status.success())
    };
    let is_hidden = echo("-echo");
    if !is_hidden {
        println!("(What you type will be visible: this terminal cannot hide it.)");
    }
    let answer = ask(question);
    if is_hidden {
        echo("echo");
        println!();
    }
    answer
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test]
    async fn a_key_is_told_once_and_what_is_shown_is_none() {
        let keys: Arc<Keys> = Arc::default();
        // What came is what counts.
        assert_eq!(keys.or(async { 1 }).await, Some(1));
        Waker::from(keys.clone()).wake();
        assert_eq!(keys.or(pending::<()>()).await, None);
        Waker::from(keys.clone()).wake();
        keys.forget();
        let mut waits = pin!(keys.or(pending::<()>()));
        let nothing = poll_fn(|context| Poll::Ready(waits.as_mut().poll(context).is_pending()));
        assert!(nothing.await, "no key was struck");
        Waker::from(keys.clone()).wake();
        assert_eq!(waits.await, None);
    }
}
