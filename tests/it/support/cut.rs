//! A wire that can be cut: it stands between the product and PostgreSQL and, when armed, lets a COMMIT of the writer through
//! but not its answer.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The wire.
pub struct Wire {
    /// Where it listens.
    pub port: u16,
    armed: Arc<AtomicBool>,
}

impl Wire {
    /// To a server on this machine.
    pub fn to(port: u16) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Wire { port: listener.local_addr().unwrap().port(), armed: Arc::default() };
        let armed = Arc::clone(&wire.armed);
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if let Ok(far) = TcpStream::connect(("127.0.0.1", port)) {
                    join(near, far, Arc::clone(&armed));
                }
            }
        });
        wire
    }

    /// The next COMMIT of the writer gets through, and nobody hears what became of it.
    pub fn arm(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    /// Whether it still waits for a COMMIT.
    pub fn is_armed(&self) -> bool {
        self.armed.load(Ordering::SeqCst)
    }
}

fn join(near: TcpStream, far: TcpStream, armed: Arc<AtomicBool>) {
    let cut = Arc::new(AtomicBool::new(false));
    let (near_too, far_too, cut_too) = (near.try_clone().unwrap(), far.try_clone().unwrap(), Arc::clone(&cut));
    std::thread::spawn(move || {
        let writes = AtomicBool::new(false);
        pass(near, far, |bytes| {
            let says = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
            if says(b"pg_advisory_xact_lock") {
                writes.store(true, Ordering::SeqCst);
            }
            if writes.load(Ordering::SeqCst) && says(b"COMMIT") && armed.swap(false, Ordering::SeqCst) {
                cut.store(true, Ordering::SeqCst);
            }
            true
        });
    });
    std::thread::spawn(move || pass(far_too, near_too, |_| !cut_too.load(Ordering::SeqCst)));
}

/// Passes on what comes, until the end or until `lets` says no.
fn pass(mut from: TcpStream, mut to: TcpStream, lets: impl Fn(&[u8]) -> bool) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if !lets(&buffer[..count]) || to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
