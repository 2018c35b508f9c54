//! Where Keyhouse runs: what Kubernetes puts into its environment and its files, and URLs that other programs write for it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use crate::support::database::{Backend, Database};
use crate::support::server::{Server, command_with};

/// What the kubelet gives each pod of a namespace with a Service called `keyhouse`, and what an image says of itself.
const POD: [(&str, &str); 9] = [
    ("KEYHOUSE_SERVICE_HOST", "10.96.0.12"),
    ("KEYHOUSE_SERVICE_PORT", "80"),
    ("KEYHOUSE_SERVICE_PORT_HTTP", "80"),
    ("KEYHOUSE_PORT", "tcp://10.96.0.12:80"),
    ("KEYHOUSE_PORT_80_TCP", "tcp://10.96.0.12:80"),
    ("KEYHOUSE_PORT_80_TCP_PROTO", "tcp"),
    ("KEYHOUSE_PORT_80_TCP_PORT", "80"),
    ("KEYHOUSE_PORT_80_TCP_ADDR", "10.96.0.12"),
    ("KEYHOUSE_VERSION", "0.1.0"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keyhouse_runs_in_a_pod_beside_a_service_of_its_name() {
    for backend in Backend::ALL {
        let database = Database::migrated(backend);
        let server = Server::start_with(&database, &POD);
        server.client().get("/healthz").await.expect(200);
        let (status, printed) = server.command(&["migrate"]);
        assert!(status.success(), "{printed}");
        let (_, printed) = server.command(&["user", "link", "ann@acme.example"]);
        assert!(printed.contains("No account has"), "{printed}");
        let (status, printed) = server.command(&["audit", "verify"]);
        assert!(status.success(), "{printed}");
    }
}

#[test]
fn a_misspelt_setting_is_named_in_a_pod_too() {
    let (database, folder) = (Database::empty(Backend::Sqlite), TempDir::new().unwrap());
    let settings = [&POD[..], &[("KEYHOUSE_LISTEN_PORT", "8080")]].concat();
    for arguments in [&[][..], &["migrate"], &["user", "link", "ann@acme.example"]] {
        let (status, printed) = command_with(folder.path(), &database, arguments, &settings);
        let named = printed.matches("there is no such setting").count();
        assert!(status.code() == Some(2) && printed.contains("KEYHOUSE_LISTEN_PORT:") && named == 1, "{printed}");
    }
}

#[test]
fn a_secret_that_a_container_mounts_for_everyone_is_refused_with_the_mode_to_set() {
    for mode in [0o444, 0o644] {
        let (database, folder) = (Database::empty(Backend::Sqlite), TempDir::new().unwrap());
        let secret = folder.path().join("keyhouse.secret");
        fs::write(&secret, "a secret of the tests, of more than 32 characters\n").unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(mode)).unwrap();
        let (status, printed) = command_with(folder.path(), &database, &[], &[]);
        let told = printed.contains("set mode: 04") && printed.contains("or defaultMode: 04");
        assert!(status.code() == Some(2) && told && !database.file().exists(), "{printed}");
    }
}

#[test]
fn an_sqlite_url_with_parameters_is_refused_and_creates_nothing() {
    let (database, folder) = (Database::empty(Backend::Sqlite), TempDir::new().unwrap());
    for url in ["sqlite://k.db?mode=rwc", "sqlite://k.db#main", "sqlite://file:k.db", "sqlite://:memory:"] {
        for arguments in [&[][..], &["migrate"], &["demo"]] {
            let settings = [("KEYHOUSE_DATABASE_URL", url)];
            let (status, printed) = command_with(folder.path(), &database, arguments, &settings);
            let named = printed.contains("KEYHOUSE_DATABASE_URL: sqlite:// takes the path of a file");
            assert!(status.code() == Some(2) && named, "{url}: {printed}");
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
