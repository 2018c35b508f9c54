//! Which PostgreSQL hosts we talk to, by the URL alone: loopback and unix sockets always, any other only over TLS that proves
//! who answers. What libpq would read elsewhere is refused: services here, its environment by `config`.

use percent_encoding::percent_decode_str;

/// Whether this build has TLS to PostgreSQL.
const TLS: bool = cfg!(feature = "postgres-tls");

/// Refuses what would send the database's password and contents in clear, or to whoever answers.
pub(super) fn check(url: &str) -> Result<(), String> {
    judge(url, TLS)
}

fn judge(url: &str, tls: bool) -> Result<(), String> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or("");
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    let parameters = parameters(rest);
    if let Some((name, _)) = parameters.iter().find(|(name, _)| name == "service" || name == "servicefile") {
        return Err(format!("{name}= names the server in a file elsewhere; write its host into the URL"));
    }
    let named = parameters.iter().filter(|(name, _)| name == "host" || name == "hostaddr");
    let named = named.flat_map(|(_, hosts)| hosts.split(',').map(ToOwned::to_owned));
    let in_front = hosts.split(',').map(|host| decoded(without_port(host)));
    let Some(far) = in_front.chain(named).find(|host| !is_near(host)) else { return Ok(()) };
    if !tls {
        return Err(format!(
            "the PostgreSQL host {far} is neither loopback nor a unix socket, and this build has no TLS \
             (build with --features postgres-tls)"
        ));
    }
    let modes: Vec<&str> =
        parameters.iter().filter(|(name, _)| name == "sslmode").map(|(_, mode)| mode.as_str()).collect();
    if modes != ["verify-full"] {
        return Err(format!(
            "the PostgreSQL host {far} is beyond this machine, so the URL must say sslmode=verify-full, \
             and with a private CA sslrootcert=FILE"
        ));
    }
    Ok(())
}

fn parameters(rest: &str) -> Vec<(String, String)> {
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn is_near(host: &str) -> bool {
    host.is_empty() || host.starts_with('/') || ["localhost", "127.0.0.1", "::1"].contains(&host)
}

fn without_port(host: &str) -> &str {
    if let Some(v6) = host.strip_prefix('[') {
        return v6.split(']').next().unwrap_or("");
    }
    host.split(':').next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::judge;

    const FAR: [&str; 6] = [
        "postgres://u:p@db.example.com/db",
        "postgres://u@localhost,db.example.com/db",
        "postgres://u@127.0.0.1@evil.example/db",
        "postgres:///db?host=10.0.0.9",
        "postgres://localhost/db?hostaddr=10.0.0.9",
        "postgres://localhost/db?ho%73t=localhost,evil.example",
    ];

    #[test]
    fn near_hosts_need_no_tls() {
        for near in [
            "postgres://u:p@127.0.0.1:5432/db",
            "postgres://u@localhost/db",
            "postgres://u@[::1]:5432/db",
            "postgres://u@%2Fvar%2Frun%2Fpostgresql/db",
            "postgres:///db?host=/run/postgresql",
        ] {
            assert!(judge(near, false).is_ok() && judge(near, true).is_ok(), "{near}");
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
                assert!(judge(elsewhere, tls).is_err_and(|why| why.contains("into the URL")), "{elsewhere}");
            }
        }
    }

    #[test]
    fn a_build_without_tls_talks_to_no_far_host() {
        for far in FAR {
            let refused = judge(far, false);
            assert!(refused.is_err_and(|why| why.contains("this build has no TLS")), "{far}");
        }
    }

    #[test]
    fn far_hosts_are_talked_to_only_when_tls_proves_who_they_are() {
        for far in FAR {
            let joint = if far.contains('?') { '&' } else { '?' };
            let with = |mode: &str| judge(&format!("{far}{joint}{mode}"), true);
            assert_eq!(with("sslmode=verify-full&sslrootcert=ca.pem"), Ok(()), "{far}");
            for weak in
                ["", "sslmode=require", "sslmode=verify-ca", "sslmode=prefer", "sslmode=verify-full&sslmode=disable"]
            {
                assert!(with(weak).is_err_and(|why| why.contains("sslmode=verify-full")), "{far} {weak}");
            }
        }
    }
}
