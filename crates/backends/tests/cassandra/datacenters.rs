//! Two datacenters: written at home, seen elsewhere, and what is refused because it could write twice.

use hearth_backends::cassandra::{Cassandra, Mode, Options, SetupError, migrate};
use hearth_core::port::{Appended, Freshness, Log, Store};
use hearth_protocol::Seq;
use scylla::{
    client::{execution_profile::ExecutionProfile, session_builder::SessionBuilder},
    policies::load_balancing::DefaultPolicy,
    statement::Consistency,
};

use crate::place::{DATACENTERS, Place, head, message, room, until};

fn at_home(place: &Place) -> Options {
    Options {
        nodes: place.nodes[..2].to_vec(),
        home: Some("dc1".into()),
        replication: "dc1:2,dc2:1".parse().expect("a replication"),
        ..place.options(8)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_at_home_is_seen_in_the_other_datacenter() {
    let Some(place) = Place::datacenters("what_is_written_at_home_is_seen_in_the_other_datacenter")
    else {
        return;
    };
    let _alone = DATACENTERS.lock().await;
    let options = at_home(&place);
    migrate(&options).await.unwrap();
    let store = Cassandra::connect(&options).await.unwrap();
    let room = room();
    for seq in 1..=20 {
        let outcome = store.append(room, head(seq - 1), &[message(seq)]).await;
        assert_eq!(outcome.unwrap(), Appended::Applied, "{seq}");
    }
    // A reader of the other datacenter, at its own quorum: soon, because replication does not wait for it.
    let elsewhere = SessionBuilder::new()
        .known_node(&place.nodes[2])
        .use_keyspace(&options.keyspace, false)
        .default_execution_profile_handle(
            ExecutionProfile::builder()
                .consistency(Consistency::LocalQuorum)
                .load_balancing_policy(
                    DefaultPolicy::builder()
                        .prefer_datacenter("dc2".into())
                        .permit_dc_failover(false)
                        .build(),
                )
                .build()
                .into_handle(),
        )
        .build()
        .await
        .unwrap();
    let buckets = [0_i64, 1, 2];
    until("all 20 are seen in dc2", || async {
        let mut seen = 0;
        for bucket in buckets {
            let rows = elsewhere
                .query_unpaged(
                    "SELECT seq FROM events WHERE room = ? AND bucket = ?",
                    (room.0, bucket),
                )
                .await
                .unwrap()
                .into_rows_result()
                .unwrap();
            seen += rows.rows_num();
        }
        seen == 20
    })
    .await;
    // And a server elsewhere, which asks home's nodes, sees them at once.
    let server = Cassandra::connect(&options).await.unwrap();
    let page = server
        .read(room, Seq(1), Seq(99), 99, Freshness::Quorum)
        .await;
    assert_eq!(page.unwrap().entries.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_home_or_a_mixed_consistency_refuses_to_start() {
    let Some(place) = Place::datacenters("a_wrong_home_or_a_mixed_consistency_refuses_to_start")
    else {
        return;
    };
    let _alone = DATACENTERS.lock().await;
    let options = at_home(&place);
    let dc2_node = vec![place.nodes[2].clone()];

    let unset = Options {
        home: None,
        ..options.clone()
    };
    let refused = migrate(&unset).await.unwrap_err();
    assert!(matches!(refused, SetupError::HomeUnset(_)), "{refused}");
    let blind = Options {
        replication: "simple:2".parse().unwrap(),
        ..options.clone()
    };
    let refused = migrate(&blind).await.unwrap_err();
    assert!(matches!(refused, SetupError::Setting { .. }), "{refused}");

    migrate(&options).await.unwrap();
    Cassandra::connect(&options).await.unwrap();

    // Told of a home, and of nodes that are not there.
    let strayed = Options {
        nodes: dc2_node.clone(),
        ..options.clone()
    };
    // At home in the other datacenter, all of it: consistent in itself, but not with the installation.
    let other = Options {
        nodes: dc2_node,
        home: Some("dc2".into()),
        ..options.clone()
    };
    let mixed = Options {
        consistency: Mode::Everywhere,
        ..options.clone()
    };
    for wrong in [&strayed, &other, &mixed] {
        for refused in [
            Cassandra::connect(wrong).await.unwrap_err(),
            migrate(wrong).await.unwrap_err(),
        ] {
            match &refused {
                SetupError::WrongHome { datacenter, .. } => assert_eq!(datacenter, "dc2"),
                SetupError::Disagrees { key, theirs, .. } => match *key {
                    "cassandra_home" => assert_eq!(theirs, "dc1"),
                    "cassandra_consistency" => assert_eq!(theirs, "home"),
                    _ => panic!("{refused}"),
                },
                _ => panic!("{refused}"),
            }
        }
    }
    assert!(matches!(
        Cassandra::connect(&strayed).await,
        Err(SetupError::WrongHome { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn everywhere_writes_through_either_datacenter() {
    let Some(place) = Place::datacenters("everywhere_writes_through_either_datacenter") else {
        return;
    };
    let _alone = DATACENTERS.lock().await;
    let options = Options {
        consistency: Mode::Everywhere,
        ..at_home(&place)
    };
    migrate(&options).await.unwrap();
    let one = Cassandra::connect(&options).await.unwrap();
    let other = Cassandra::connect(&Options {
        nodes: vec![place.nodes[2].clone()],
        home: Some("dc2".into()),
        ..options
    })
    .await
    .unwrap();
    let room = room();
    for seq in 1..=20 {
        let store = if seq % 2 == 0 { &one } else { &other };
        let outcome = store.append(room, head(seq - 1), &[message(seq)]).await;
        assert_eq!(outcome.unwrap(), Appended::Applied, "{seq}");
        // The other sees it at once.
        let store = if seq % 2 == 0 { &other } else { &one };
        let seen = store.head(room, Seq(seq - 1), Freshness::Quorum).await;
        assert_eq!(seen.unwrap(), head(seq));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn home_goes_on_without_the_other_datacenter() {
    let Some(place) = Place::datacenters_to_stop("home_goes_on_without_the_other_datacenter")
    else {
        return;
    };
    let _alone = DATACENTERS.lock().await;
    let options = at_home(&place);
    migrate(&options).await.unwrap();
    let down = place.kill(3).await;
    let store = Cassandra::connect(&options).await.unwrap();
    store.ready().await.unwrap();
    let room = room();
    for seq in 1..=20 {
        let outcome = store.append(room, head(seq - 1), &[message(seq)]).await;
        assert_eq!(outcome.unwrap(), Appended::Applied, "{seq}");
    }
    down.up().await;
}
