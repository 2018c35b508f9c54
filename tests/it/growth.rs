//! Every page and call costs the same however many keys there are.

use std::time::Instant;

use crate::support::bulk::Bulk;
use crate::support::database::{Backend, Database};

#[test]
fn load_times() {
    for backend in Backend::ALL {
        for keys in [10_000, 1_000_000] {
            let database = Database::migrated(backend);
            let began = Instant::now();
            Bulk::write(&database, keys / 50, keys);
            println!("{backend:?} {keys} {:?}", began.elapsed());
        }
    }
}
