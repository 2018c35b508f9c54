//! All connections that read are held: whoever waits is told so in three seconds, and it recovers by itself.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::support::both;
use crate::support::in_process::READERS;
use crate::support::people::World;

/// Holds every connection that reads, until the answer is dropped.
fn hold_all(world: &World) -> Vec<mpsc::Sender<()>> {
    let held: Vec<_> = (0..READERS)
        .map(|_| {
            let (db, (hold, held), (say, said)) =
                (world.app.running.state.access.db().clone(), mpsc::channel::<()>(), mpsc::channel());
            std::thread::spawn(move || {
                db.read_now(|_| {
                    say.send(()).unwrap();
                    let _ = held.recv();
                    Ok(())
                })
            });
            (hold, said)
        })
        .collect();
    held.iter().for_each(|(_, said)| said.recv().unwrap());
    held.into_iter().map(|(hold, _)| hold).collect()
}

both! {
    async fn when_all_readers_are_held_everybody_hears_so_in_three_seconds(world: World) {
        let (admin, visitor) = (world.admin(), world.app.client());
        let held = hold_all(&world);
        let began = Instant::now();
        let asks = (0..12).map(|n| {
            let (admin, visitor) = (admin.clone(), visitor.clone());
            tokio::spawn(async move { if n == 0 { visitor.get("/healthz").await } else { admin.get("/profile").await } })
        });
        for ask in asks.collect::<Vec<_>>() {
            let refused = ask.await.unwrap().expect(503);
            assert!(refused.text.contains("cannot be reached"), "{}", refused.text);
        }
        assert!((2..5).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
        drop(held);
        tokio::time::timeout(Duration::from_secs(2), async {
            admin.get("/profile").await.expect(200);
            visitor.get("/healthz").await.expect(200);
        }).await.unwrap();
    }
}
