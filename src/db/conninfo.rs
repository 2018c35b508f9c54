//! Reads a PostgreSQL URL once, and writes what it read as `name='value'` pairs, which libpq takes to the letter. libpq never
//! reads the URL, so the host that is checked is the host that is connected to. A URL that two readers could read differently
//! is refused.

use std::fmt;

use percent_encoding::percent_decode_str;

const UNCLEAR: &str = "is not clear: in a user name, password or database name, write / as %2F, ? as %3F, # as %23, @ as %40, \
                       : as %3A, % as %25 and a space as %20";

/// The settings of a connection. Of two with the same name the later counts, as for libpq.
#[derive(Default)]
pub(super) struct Conninfo(Vec<(String, String)>);

impl Conninfo {
    /// Reads `postgres://user:password@host:port,host:port/database?name=value&name=value`, where everything but the scheme may be
    /// missing.
    ///
    /// # Errors
    /// A sentence that repeats nothing of the URL, as any part of it may be the password.
    pub(super) fn parse(url: &str) -> Result<Conninfo, String> {
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let (front, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = front.split_once('/').map_or((front, None), |(a, database)| (a, Some(database)));
        // libpq looks for a user name up to the first /, also behind ?
        let hidden_user = database.is_none() && query.contains('@');
        let odd_database = database.is_some_and(|database| database.contains(['/', '@']));
        if rest.contains(is_odd) || hidden_user || odd_database {
            return Err(UNCLEAR.into());
        }
        let mut read = Conninfo::default();
        let hosts = match authority.split_once('@') {
            Some((credentials, hosts)) => {
                let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
                read.set_if_given("user", user)?;
                read.set_if_given("password", password)?;
                hosts
            }
            None => authority,
        };
        read.set_hosts(hosts)?;
        read.set_if_given("dbname", database.unwrap_or(""))?;
        read.set_parameters(query)?;
        Ok(read)
    }

    /// The value of a setting.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn set(&mut self, name: &str, value: String) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value));
    }

    fn set_if_given(&mut self, name: &str, encoded: &str) -> Result<(), String> {
        if !encoded.is_empty() {
            self.set(name, decoded(encoded)?);
        }
        Ok(())
    }

    fn set_hosts(&mut self, text: &str) -> Result<(), String> {
        let pairs: Vec<(&str, &str)> = text.split(',').map(host_and_port).collect::<Option<_>>().ok_or(UNCLEAR)?;
        let joined = |parts: Vec<&str>| parts.join(",");
        self.set_if_given("host", &joined(pairs.iter().map(|(host, _)| *host).collect()))?;
        self.set_if_given("port", &joined(pairs.iter().map(|(_, port)| *port).collect()))
    }

    fn set_parameters(&mut self, query: &str) -> Result<(), String> {
        if query.is_empty() {
            return Ok(());
        }
        for pair in query.strip_suffix('&').unwrap_or(query).split('&') {
            let (name, value) = pair.split_once('=').filter(|(_, value)| !value.contains('=')).ok_or(UNCLEAR)?;
            let (name, value) = (decoded(name)?, decoded(value)?);
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                return Err(UNCLEAR.into());
            }
            if name == "ssl" || name == "requiressl" {
                return Err(format!("has {name}=, which would change sslmode; write sslmode= alone"));
            }
            self.set(&name, value);
        }
        Ok(())
    }
}

impl fmt::Display for Conninfo {
    /// The connection string, with the password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (name, value)) in self.0.iter().enumerate() {
            let gap = if n == 0 { "" } else { " " };
            write!(f, "{gap}{name}='{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))?;
        }
        Ok(())
    }
}

/// Characters that a URL holds only percent-encoded.
fn is_odd(c: char) -> bool {
    c == '#' || c.is_whitespace() || c.is_control()
}

/// One of the hosts with its port, which may both be empty. The square brackets around an IPv6 address go.
fn host_and_port(text: &str) -> Option<(&str, &str)> {
    let (host, port, marks) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').filter(|(host, _)| !host.is_empty())?;
            let port = if rest.is_empty() { "" } else { rest.strip_prefix(':')? };
            (host, port, "-._~%:")
        }
        None => {
            let (host, port) = text.split_once(':').unwrap_or((text, ""));
            (host, port, "-._~%")
        }
    };
    let is_host = host.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c));
    let is_port = port.bytes().all(|b| b.is_ascii_digit());
    (is_host && is_port).then_some((host, port))
}

fn decoded(text: &str) -> Result<String, String> {
    let is_encoded = |after: &str| after.as_bytes().get(..2).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    if !text.split('%').skip(1).all(is_encoded) {
        return Err(UNCLEAR.into());
    }
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| UNCLEAR)?;
    if decoded.contains(char::is_control) {
        return Err("has a control character".into());
    }
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> String {
        Conninfo::parse(url).unwrap().to_string()
    }

    #[test]
    fn each_part_of_a_url_becomes_one_setting() {
        let all = "postgres://ann:a%27b%5C@db.example.com:5433,[::1]/my%2Fdb?sslmode=verify-full&options=-c%20x%3D1";
        assert_eq!(
            read(all),
            r"user='ann' password='a\'b\\' host='db.example.com,::1' port='5433,' dbname='my/db' sslmode='verify-full' options='-c x=1'"
        );
        assert_eq!(read("postgres://"), "");
        assert_eq!(read("postgresql:///db?host=/run/postgresql&host=%2Ftmp&"), "dbname='db' host='/tmp'");
        assert_eq!(read("postgres://localhost?user=ann"), "host='localhost' user='ann'");
    }

    #[test]
    fn a_url_that_can_be_read_in_two_ways_is_refused_without_repeating_it() {
        for url in [
            "postgres://localhost?x@127.0.0.2:32199/db",
            "postgres://localhost#@127.0.0.2/db",
            "postgres://u:hunter2@x@localhost/db",
            "postgres://u:hunter2/x@localhost/db",
            "postgres://u:12/hunter2@localhost/db",
            "postgres://u:hunter2?x@localhost/db",
            "postgres://u:hunter2 @localhost/db",
            "postgres://u:hunter2%@localhost/db",
            "postgres://u:hunter2%00@localhost/db",
            "postgres://u:hunter2%ff@localhost/db",
            "postgres://u@[::1/db",
            "postgres://u@[]/db",
            "postgres://u@[::1]hunter2/db",
            "postgres://localhost/db?hunter2",
            "postgres://localhost/db?a=b=hunter2",
            "postgres://localhost/db?&&a=hunter2",
            "postgres://localhost/db?A%20=hunter2",
            "postgres://db.example.com/db?sslmode=verify-full&requiressl=0",
            "postgres://db.example.com/db?sslmode=verify-full&ssl=true",
        ] {
            let Err(why) = Conninfo::parse(url) else { panic!("{url} was read") };
            assert!(!why.contains("hunter2"), "{why}");
        }
    }
}
