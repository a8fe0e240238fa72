//! One, two and four servers on one Cassandra and one Redis, as many readers on each: what a delivery costs all of them
//! together.

use std::path::Path;

use anyhow::{Context, Result};

use super::{
    Args,
    fan_out::{Audience, MESSAGES},
    installation::{Installation, meet},
    pid,
    row::{Row, median},
};
use crate::{
    check::single::Single,
    http::{Http, Place},
};

/// So many servers, each time in addition to those before.
const SERVERS: [u32; 3] = [1, 2, 4];
/// Members of the room with a socket on each.
const READERS: u32 = 100;
/// Of processor time beside one server.
const GOAL: f64 = 1.1;

/// Measures it.
pub(super) async fn measure(args: &Args, folder: &Path) -> Result<Vec<Row>> {
    Installation::with(args, folder, async |made| rounds(args, made).await).await
}

async fn rounds(args: &Args, installation: &mut Installation) -> Result<Vec<Row>> {
    let mut values = SERVERS.map(|_| Vec::new());
    for n in 1..=args.rounds.min(3) {
        println!("servers: round {n}");
        for (value, values) in round(args, installation)
            .await?
            .into_iter()
            .zip(&mut values)
        {
            values.push(value);
        }
    }
    Ok(rows(values))
}

/// Begins with one server, and ends them all.
async fn round(args: &Args, installation: &mut Installation) -> Result<Vec<f64>> {
    let (http, mut servers, mut values) = (Http::new(), Vec::new(), Vec::new());
    for count in SERVERS {
        while servers.len() < usize::try_from(count)? {
            servers.push(installation.server(args).await?);
        }
        values.push(turn(&http, &servers).await?);
        println!(
            "  {count} servers: {:.2} µs a delivery",
            values[values.len() - 1]
        );
    }
    for server in &servers {
        server.end().await?;
    }
    Ok(values)
}

/// Processor time of all of them for each delivery, one message at a time.
async fn turn(http: &Http, servers: &[Single]) -> Result<f64> {
    let places: Vec<Place> = servers.iter().map(|server| server.place.clone()).collect();
    meet(http, &places).await?;
    let mut pids = Vec::new();
    for server in servers {
        pids.push(pid(server).await?);
    }
    let members = READERS * u32::try_from(servers.len())?;
    let mut audience = Audience::gather(http, &places, &pids, members).await?;
    // The room is loaded, and all servers are subscribed to it.
    audience.turn(8, 1).await?;
    audience.turn(MESSAGES, 1).await.context("a turn")
}

fn rows(values: [Vec<f64>; 3]) -> Vec<Row> {
    let [one, others @ ..] = values;
    let rows = SERVERS[1..].iter().zip(others).map(|(servers, values)| {
        let ratios = values.iter().zip(&one).map(|(value, one)| value / one);
        let ratio = median(ratios.collect());
        let what = "processor time a delivery, servers beside one";
        Row::plain("P15", *servers, what, median(values), "µs", GOAL)
            .beside(median(one.clone()), ratio)
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_servers_stand_beside_one_of_the_same_round() {
        let rows = rows([
            vec![1.0, 2.0, 4.0],
            vec![1.1, 2.0, 6.0],
            vec![1.0, 2.0, 4.0],
        ]);
        let ratios: Vec<_> = rows.iter().map(|row| (row.n, row.ratio.unwrap())).collect();
        assert_eq!(ratios, [(2, 1.1), (4, 1.0)]);
        assert_eq!(
            rows.iter().map(|row| row.floor).collect::<Vec<_>>(),
            [Some(2.0); 2]
        );
        assert!(rows[1].holds);
    }
}
