//! More than the server can take at once: who is told to come later, and when.

use super::world::{Socket, V1, World};

#[tokio::test]
async fn who_comes_in_a_crowd_is_told_when_to_come_back_and_costs_nothing_until_then() {
    let settings = [("admissions_per_s", "1"), ("admissions_burst", "2")];
    let world = World::alone(&settings).await;
    let user = world.user("mara").await;
    let mut let_in = vec![
        world.v1(0, &user, &serde_json::json!([])).await.0,
        world.v1(0, &user, &serde_json::json!([])).await.0,
    ];
    // Two at once are let in and one a second: of so many in a row, most must wait, and each for longer.
    let mut told = Vec::new();
    for _ in 0..20 {
        match Socket::open(world.place(0), &format!("/ws?id={user}"), &[V1]).await {
            Ok(socket) => let_in.push(socket),
            Err((status, body)) => {
                assert_eq!((status, &body["code"]), (429, &"busy".into()), "{body}");
                told.push(body["retry_after_ms"].as_u64().unwrap());
            }
        }
    }
    assert!(told.len() >= 2 && told[0] > 0, "{told:?}");
    // Calls go on, and so do those who are in.
    assert_eq!(world.call("GET", "/readyz", &[], "").await.status, 200);
    assert!(let_in[0].so_far().await.is_empty());
    drop(let_in);
    world.stop().await;
}
