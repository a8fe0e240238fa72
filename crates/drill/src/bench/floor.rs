//! The floor: a program that sends the same bytes to the same number of sockets when it is told to, and nothing else.
//! One thread, one epoll, one `send` for each socket.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use mio::{Events, Interest, Poll, Token, net::TcpStream};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net,
    process::{Child, Command},
};

use super::{
    Args,
    cpu::{Meter, pin},
};

/// Sends as many bytes as it is told to every socket.
#[derive(Debug, Parser)]
pub(crate) struct Floor {
    /// How many sockets connect, after the first, which gives the orders
    #[arg(long)]
    sockets: usize,
}

/// The most of one order.
const BYTES_MAX: usize = 1 << 20;
const ORDERS: Token = Token(usize::MAX);

/// Runs until the orders end. The first line on standard output is the address.
pub(crate) fn run(args: &Floor) -> Result<bool> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?);
    io::stdout().flush()?;
    serve(&listener, args.sockets)
}

fn serve(listener: &TcpListener, count: usize) -> Result<bool> {
    let accept = || -> Result<TcpStream> {
        let (stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(TcpStream::from_std(stream))
    };
    let mut orders = accept()?;
    let mut poll = Poll::new()?;
    let mut sockets = Vec::with_capacity(count);
    for n in 0..count {
        let mut socket = accept()?;
        poll.registry()
            .register(&mut socket, Token(n), Interest::READABLE)?;
        sockets.push(socket);
    }
    poll.registry()
        .register(&mut orders, ORDERS, Interest::READABLE)?;
    let bytes = vec![b'x'; BYTES_MAX];
    let mut events = Events::with_capacity(64);
    loop {
        poll.poll(&mut events, None)?;
        loop {
            let mut order = [0; 4];
            match orders.read(&mut order) {
                Ok(0) => return Ok(true),
                Ok(read) => {
                    ensure!(read == order.len(), "an order came in parts");
                    let size = usize::try_from(u32::from_be_bytes(order))?.min(BYTES_MAX);
                    for socket in &mut sockets {
                        send(socket, &bytes[..size])?;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error).context("reading orders"),
            }
        }
    }
}

/// Whoever asks waits for all of it, so the kernel always has room.
fn send(socket: &mut TcpStream, bytes: &[u8]) -> Result<()> {
    let sent = socket.write(bytes)?;
    ensure!(
        sent == bytes.len(),
        "the kernel took {sent} of {}",
        bytes.len()
    );
    Ok(())
}

/// The floor as a process of its own, whose time can be read.
pub(super) struct Running {
    child: Child,
    orders: net::TcpStream,
    pub(super) meter: Meter,
}

impl Running {
    /// With the ends of its sockets.
    pub(super) async fn start(args: &Args, sockets: u32) -> Result<(Self, Vec<net::TcpStream>)> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["floor", "--sockets", &sockets.to_string()])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let server = child.id().context("the floor has ended")?;
        let stdout = child.stdout.take().context("the floor has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).await?;
        let address: SocketAddr = line.trim().parse().context("the floor has no address")?;
        let orders = net::TcpStream::connect(address).await?;
        orders.set_nodelay(true)?;
        let mut streams = Vec::new();
        for _ in 0..sockets {
            streams.push(net::TcpStream::connect(address).await?);
        }
        if let Some(processors) = &args.server_cpu {
            pin(server, processors)?;
        }
        let meter = Meter::of(server);
        Ok((
            Self {
                child,
                orders,
                meter,
            },
            streams,
        ))
    }

    /// So many bytes to each socket.
    pub(super) async fn order(&mut self, bytes: u32) -> Result<()> {
        Ok(self.orders.write_all(&bytes.to_be_bytes()).await?)
    }

    /// Ends it.
    pub(super) async fn stop(mut self) -> Result<()> {
        self.child.kill().await.context("ending the floor")
    }
}

#[cfg(test)]
mod tests {
    use std::{net, thread};

    use super::*;

    #[test]
    fn every_socket_gets_as_many_bytes_as_were_ordered() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let floor = thread::spawn(move || serve(&listener, 2));
        let mut orders = net::TcpStream::connect(address).unwrap();
        let mut sockets = [(); 2].map(|()| net::TcpStream::connect(address).unwrap());
        for size in [5_u32, 300] {
            orders.write_all(&size.to_be_bytes()).unwrap();
            for socket in &mut sockets {
                socket.read_exact(&mut vec![0; size as usize]).unwrap();
            }
        }
        drop(orders);
        assert!(floor.join().unwrap().unwrap(), "it ends with its orders");
    }
}
