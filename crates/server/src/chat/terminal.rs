//! The terminal: an editor where a person sits at one, plain lines in and out where not.

use std::io::{self, IsTerminal, Write};

use rustyline_async::{Readline, ReadlineEvent, SharedWriter};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin, stdin};

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line.
    Line(String),
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
        })
    }

    /// The next line. Dropping it half-way loses nothing.
    pub(super) async fn line(&mut self) -> anyhow::Result<Typed> {
        match self {
            Self::Pipe(lines) => Ok(lines.next_line().await?.map_or(Typed::End, Typed::Line)),
            Self::Editor { readline, .. } => Ok(match readline.readline().await? {
                ReadlineEvent::Line(line) => {
                    if !line.trim().is_empty() {
                        readline.add_history_entry(line.clone());
                    }
                    Typed::Line(line)
                }
                ReadlineEvent::Interrupted => Typed::Interrupt,
                ReadlineEvent::Eof => Typed::End,
            }),
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
                readline, writer, ..
            } => {
                // The writer keeps a bounded number of texts until the editor shows them.
                if let Err(error) = writer.write_all(text.as_bytes()) {
                    if error.kind() != io::ErrorKind::WouldBlock {
                        return Err(error.into());
                    }
                    readline.flush()?;
                    writer.write_all(b"\n")?;
                }
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
