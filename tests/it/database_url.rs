//! The database URL has one reading: the PostgreSQL host that Keyhouse checks is the host that libpq connects to.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char};
use std::net::TcpListener;

use keyhouse::db::Url;
use tempfile::TempDir;

use crate::support::database::{Backend, Database};
use crate::support::server::command_with;

const USERS: [&str; 8] = ["", "ann@", "ann:pass@", "ann:p%40ss%2F@", "a?b@", "ann:p#s@", "ann:p@ss@", "%20:%5C%27@"];
const HOSTS: [&str; 14] = [
    "",
    "localhost",
    "localhost:5432",
    "127.0.0.2",
    "localhost,127.0.0.2:1",
    "[::1]:5432",
    "[::2]",
    "[::1",
    "%2Frun%2Fpostgresql",
    "local%68ost",
    "localhost?x@127.0.0.2",
    "localhost#@127.0.0.2",
    "localhost%2C127.0.0.2",
    "localhost:54a2",
];
const DATABASES: [&str; 7] = ["", "/", "/db", "/d%62%20x", "/d/b", "/db@127.0.0.2/x", "/d%zz"];
const PARAMETERS: [&str; 14] = [
    "",
    "?",
    "?host=127.0.0.2",
    "?ho%73t=%2Ftmp&",
    "?hostaddr=127.0.0.2&sslmode=verify-full",
    "?sslmode=verify-full&sslmode=disable&host=127.0.0.2",
    "?sslmode=verify-full&requiressl=0&host=127.0.0.2",
    "?sslmode=verify-full&ssl=true&host=127.0.0.2",
    "?options=-c%20x%3D%27a%5Cb%27+c",
    "?user=x@127.0.0.2",
    "?dbname=postgres%3A//127.0.0.2/x",
    "?a=b=c",
    "?x",
    "? host=127.0.0.2",
];

/// The settings that libpq reads in a URL or in a connection string; none if it refuses them.
#[allow(unsafe_code)] // libpq is the judge, and its interface is C
fn libpq_reads(text: &str) -> Option<BTreeMap<String, String>> {
    let text = CString::new(text).unwrap();
    let mut read = BTreeMap::new();
    // SAFETY: libpq returns null, or an array that ends with a null keyword and is freed once; its strings end with NUL
    unsafe {
        let word = |pointer: *const c_char| CStr::from_ptr(pointer).to_str().unwrap().to_owned();
        let first = pq_sys::PQconninfoParse(text.as_ptr(), std::ptr::null_mut());
        let mut option = first;
        while !option.is_null() && !(*option).keyword.is_null() {
            if !(*option).val.is_null() {
                read.insert(word((*option).keyword), word((*option).val));
            }
            option = option.add(1);
        }
        pq_sys::PQconninfoFree(first);
        (!first.is_null()).then_some(read)
    }
}

fn leads_only_to_this_machine(read: &BTreeMap<String, String>) -> bool {
    let hosts = ["host", "hostaddr"].iter().filter_map(|name| read.get(*name)).flat_map(|hosts| hosts.split(','));
    let near = ["", "localhost", "127.0.0.1", "::1"];
    hosts.into_iter().all(|host| host.starts_with('/') || near.contains(&host))
}

#[test]
fn libpq_reads_in_each_url_what_keyhouse_read_in_it() {
    let (mut accepted, mut refused) = (0, 0);
    for user in USERS {
        for (host, database) in HOSTS.iter().flat_map(|host| DATABASES.map(|database| (host, database))) {
            for parameters in PARAMETERS {
                let url = format!("postgres://{user}{host}{database}{parameters}");
                let Ok(Url::Postgres(conninfo)) = Url::parse(&url) else {
                    refused += 1;
                    continue;
                };
                accepted += 1;
                let read = libpq_reads(&conninfo).unwrap();
                assert_eq!(libpq_reads(&url).as_ref(), Some(&read), "{url} became {conninfo}");
                let proven = read.get("sslmode").is_some_and(|mode| mode == "verify-full");
                assert!(proven || leads_only_to_this_machine(&read), "{url} leads to {read:?}");
            }
        }
    }
    assert!(accepted > 500 && refused > 5000, "{accepted} accepted, {refused} refused");
}

#[test]
fn a_url_that_names_two_hosts_in_two_readings_connects_to_neither() {
    let other = TcpListener::bind("127.0.0.2:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let (address, folder) = (other.local_addr().unwrap(), TempDir::new().unwrap());
    let database = Database::migrated(Backend::Postgres);
    for url in [
        format!("postgres://localhost?x@{address}/db"),
        format!("postgres://localhost?@{address}"),
        format!("postgres://localhost#@{address}/db"),
        format!("postgres://u:p@localhost@{address}/db"),
    ] {
        let settings = [("KEYHOUSE_DATABASE_URL", url.as_str())];
        let (status, printed) = command_with(folder.path(), &database, &["migrate"], &settings);
        assert!(status.code() == Some(2) && printed.contains("KEYHOUSE_DATABASE_URL: "), "{url}: {printed}");
        assert!(other.accept().is_err(), "{url} connected to {address}");
    }
}

#[test]
fn settings_of_keyhouse_become_no_part_of_the_database_name() {
    let (database, folder) = (Database::migrated(Backend::Postgres), TempDir::new().unwrap());
    for end in ["", "?", "?connect_timeout=10&", "?application_name=it%27s%20%5C%26"] {
        let url = format!("{}{end}", database.url());
        let settings = [("KEYHOUSE_DATABASE_URL", url.as_str())];
        let (status, printed) = command_with(folder.path(), &database, &["migrate"], &settings);
        assert!(status.success(), "{end}: {printed}");
    }
}
