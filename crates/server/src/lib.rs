//! The Hearth server: HTTP and WebSockets in front of `hearth_core`'s node, and the command line.
//!
//! It is the only place that names a backend (`parts`), reads the environment (`config`), or exits. Where things are:
//! `router` lists every route and `routes` has a file for each; `http` is what the routes share; `ws` is the socket
//! below the session; `serve` begins and ends it all.

pub mod admin;
pub mod app;
pub mod chat;
pub mod cli;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod first;
pub mod health;
pub mod http;
pub mod limits;
pub mod listen;
pub mod logs;
pub mod mail;
pub mod numbers;
pub mod outgoing;
pub mod overview;
pub mod page;
pub mod parts;
pub mod password;
pub mod people;
pub mod pictures;
pub mod push;
pub mod rates;
pub mod router;
pub mod routes;
pub mod serve;
pub mod slack;
pub mod trace;
pub mod web;
pub mod webhooks;
pub mod ws;

#[cfg(all(feature = "conformance", not(debug_assertions)))]
compile_error!(
    "the feature `conformance` answers anybody at /echo: it is never part of a release build"
);

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, What};

/// The program. Returns its exit status: 0 done, 1 not done (the reason is on standard error), 2 not understood.
pub fn run() -> ExitCode {
    let command = Cli::parse().command;
    let done = match command {
        What::Config => {
            print!("{}", config::example());
            Ok(ExitCode::SUCCESS)
        }
        What::Health { url } => health::ask(&url).map(|(status, body)| {
            println!("{status} {}", body.trim());
            if (200..300).contains(&status) {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }),
        What::Trace(args) => trace::trace(&args).map(|(text, known)| {
            println!("{text}");
            if known {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }),
        command => with_runtime(command),
    };
    done.unwrap_or_else(|error| {
        eprintln!("hearth: {error:#}");
        ExitCode::FAILURE
    })
}

fn with_runtime(command: What) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(async {
        match command {
            What::Serve(sources) => {
                let config = sources.load()?;
                logs::begin(&config.log, config.log_format);
                config::turn_on_mutant()?;
                serve::serve(config).await?;
            }
            What::Migrate(sources) => {
                let config = sources.load()?;
                logs::begin("warn", config.log_format);
                parts::migrate(&config, &mut |line| println!("{line}")).await?;
            }
            What::Doctor(sources) => {
                let worst = doctor::doctor(&sources, &mut |line| println!("{line}")).await;
                if worst == doctor::Health::Fail {
                    return Ok(ExitCode::FAILURE);
                }
            }
            What::Chat(args) => chat::run(args).await?,
            What::Admin(args) => admin::run(args, &mut |line| println!("{line}")).await?,
            What::SeedDemo(args) => demo::run(&args, &mut |line| println!("{line}")).await?,
            What::Config | What::Health { .. } | What::Trace(_) => {}
        }
        Ok(ExitCode::SUCCESS)
    });
    // A blocking call of a dependency that hangs must not keep a stopped server alive.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    done
}
