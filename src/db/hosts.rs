//! Which PostgreSQL hosts we talk to, by the URL alone: loopback and unix sockets always, any other only over TLS that proves
//! who answers. What libpq would read elsewhere is refused: services here, its environment by `config`.

use super::conninfo::Conninfo;

/// Whether this build has TLS to PostgreSQL.
const TLS: bool = cfg!(feature = "postgres-tls");

/// Refuses what would send the database's password and contents in clear, or to whoever answers.
pub(super) fn check(settings: &Conninfo) -> Result<(), String> {
    judge(settings, TLS)
}

fn judge(settings: &Conninfo, tls: bool) -> Result<(), String> {
    if let Some(name) = ["service", "servicefile"].iter().find(|name| settings.get(name).is_some()) {
        return Err(format!("{name}= names the server in a file elsewhere; write its host into the URL"));
    }
    let mut hosts = ["host", "hostaddr"].iter().filter_map(|name| settings.get(name)).flat_map(|all| all.split(','));
    let Some(far) = hosts.find(|host| !is_near(host)) else { return Ok(()) };
    if !tls {
        return Err(format!(
            "the PostgreSQL host {far} is neither loopback nor a unix socket, and this build has no TLS \
             (build with --features postgres-tls)"
        ));
    }
    if settings.get("sslmode") != Some("verify-full") {
        return Err(format!(
            "the PostgreSQL host {far} is beyond this machine, so the URL must say sslmode=verify-full, \
             and with a private CA sslrootcert=FILE"
        ));
    }
    Ok(())
}

fn is_near(host: &str) -> bool {
    host.is_empty() || host.starts_with('/') || ["localhost", "127.0.0.1", "::1"].contains(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: [&str; 5] = [
        "postgres://u:p@db.example.com/db",
        "postgres://u@localhost,db.example.com/db",
        "postgres:///db?host=10.0.0.9",
        "postgres://localhost/db?hostaddr=10.0.0.9",
        "postgres://localhost/db?ho%73t=localhost,evil.example",
    ];

    fn judge_url(url: &str, tls: bool) -> Result<(), String> {
        Conninfo::parse(url).and_then(|settings| judge(&settings, tls))
    }

    #[test]
    fn near_hosts_need_no_tls() {
        for near in [
            "postgres://u:p@127.0.0.1:5432/db",
            "postgres://u@localhost/db",
            "postgres://u@[::1]:5432/db",
            "postgres://u@%2Fvar%2Frun%2Fpostgresql/db",
            "postgres:///db?host=/run/postgresql",
        ] {
            assert!(judge_url(near, false).is_ok() && judge_url(near, true).is_ok(), "{near}");
        }
    }

    #[test]
    fn a_server_that_a_service_file_names_is_refused() {
        for elsewhere in [
            "postgres:///db?service=far",
            "postgres://localhost/db?servicefile=/tmp/far.conf",
            "postgres://localhost/db?sslmode=verify-full&s%65rvice=far",
        ] {
            for tls in [false, true] {
                assert!(judge_url(elsewhere, tls).is_err_and(|why| why.contains("into the URL")), "{elsewhere}");
            }
        }
    }

    #[test]
    fn a_build_without_tls_talks_to_no_far_host() {
        for far in FAR {
            let refused = judge_url(far, false);
            assert!(refused.is_err_and(|why| why.contains("this build has no TLS")), "{far}");
        }
    }

    #[test]
    fn far_hosts_are_talked_to_only_when_tls_proves_who_they_are() {
        for far in FAR {
            let joint = if far.contains('?') { '&' } else { '?' };
            let with = |mode: &str| judge_url(&format!("{far}{joint}{mode}"), true);
            assert_eq!(with("sslmode=verify-full&sslrootcert=ca.pem"), Ok(()), "{far}");
            for weak in
                ["", "sslmode=require", "sslmode=verify-ca", "sslmode=prefer", "sslmode=verify-full&sslmode=disable"]
            {
                assert!(with(weak).is_err_and(|why| why.contains("sslmode=verify-full")), "{far} {weak}");
            }
        }
    }
}
