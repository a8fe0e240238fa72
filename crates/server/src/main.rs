//! `hearth`.

fn main() -> std::process::ExitCode {
    hearth_server::run()
}
