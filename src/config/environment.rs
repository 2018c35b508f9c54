//! The variables of the environment: misspelt settings, and those that PostgreSQL's library would follow to another server.
//! Variables that Kubernetes and container images create under Keyhouse's name are ignored.

use clap::Args;

use super::settings::{Problems, Settings};

/// A variable of the environment: its name and its value.
pub type Variable = (String, String);

/// Notes each variable with Keyhouse's prefix that is no setting: it is misspelt.
pub(super) fn refuse_unknown(problems: &mut Problems, environment: &[Variable]) {
    let command = Settings::augment_args(clap::Command::new("keyhouse"));
    let known: Vec<&str> = command.get_arguments().filter_map(|arg| arg.get_env()?.to_str()).collect();
    let names = environment.iter().filter(|(name, value)| !is_foreign(name, value)).map(|(name, _)| name.as_str());
    let ours = names.filter(|name| name.starts_with("KEYHOUSE_") && !name.starts_with("KEYHOUSE_TEST_"));
    let mut unknown: Vec<&str> = ours.filter(|name| !known.contains(name)).collect();
    unknown.sort_unstable();
    unknown.into_iter().for_each(|name| problems.note(format!("{name}: there is no such setting")));
}

/// Whether Kubernetes or an image creates this variable, and no operator does.
fn is_foreign(name: &str, value: &str) -> bool {
    let numbered = name.strip_prefix("KEYHOUSE_").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    name == "KEYHOUSE_VERSION" || numbered || is_of_a_service(name, value)
}

/// Whether the kubelet creates this variable. For each Service of a namespace, each pod there gets `NAME_SERVICE_HOST`,
/// `NAME_SERVICE_PORT`, `NAME_SERVICE_PORT_HTTP`, `NAME_PORT` and `NAME_PORT_80_TCP_ADDR`. A Service may be called `keyhouse`
/// or `keyhouse-db`.
fn is_of_a_service(name: &str, value: &str) -> bool {
    let is_service = name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.split_once("_SERVICE_PORT_").is_some_and(|(_, port)| !port.is_empty());
    // an operator who means a setting would write a number
    let is_address = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    // not `match_indices`, which passes over the second of two that overlap, as in KEYHOUSE_PORT_PORT_53_UDP
    let behind_port = |(at, _): (usize, char)| name[at..].strip_prefix("_PORT_");
    let is_link = name.char_indices().filter_map(behind_port).any(is_port);
    is_service || (name.ends_with("_PORT") && is_address) || is_link
}

/// Whether this is what follows `_PORT_`, such as `80_TCP` or `80_TCP_ADDR`.
fn is_port(text: &str) -> bool {
    let mut parts = text.split('_');
    parts.next().is_some_and(|number| number.parse::<u16>().is_ok())
        && matches!(parts.next(), Some("TCP" | "UDP" | "SCTP"))
        && matches!(parts.next(), None | Some("ADDR" | "PORT" | "PROTO"))
        && parts.next().is_none()
}

/// Variables by which PostgreSQL's library would connect elsewhere than the URL says.
const DETOURS: [&str; 4] = ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE"];

/// The URL alone is judged, so it alone may say which server is meant.
pub(super) fn refuse_detours(problems: &mut Problems, environment: &[Variable]) {
    let set = DETOURS.iter().filter(|detour| environment.iter().any(|(name, _)| name == *detour));
    set.for_each(|name| {
        problems.note(format!("{name}: could lead to another server than KEYHOUSE_DATABASE_URL names; unset it"));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(variables: &[(&str, &str)]) -> String {
        let mut problems = Problems::default();
        let environment: Vec<Variable> =
            variables.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        refuse_unknown(&mut problems, &environment);
        problems.0.join("\n")
    }

    #[test]
    fn variables_of_a_kubernetes_service_are_ignored() {
        let keyhouse = [
            ("KEYHOUSE_SERVICE_HOST", "10.96.0.12"),
            ("KEYHOUSE_SERVICE_PORT", "80"),
            ("KEYHOUSE_SERVICE_PORT_HTTP", "80"),
            ("KEYHOUSE_PORT", "tcp://10.96.0.12:80"),
            ("KEYHOUSE_PORT_80_TCP", "tcp://10.96.0.12:80"),
            ("KEYHOUSE_PORT_80_TCP_ADDR", "10.96.0.12"),
            ("KEYHOUSE_PORT_80_TCP_PORT", "80"),
            ("KEYHOUSE_PORT_80_TCP_PROTO", "tcp"),
            ("KEYHOUSE_80_TCP_ADDR", "10.96.0.12"),
            ("KEYHOUSE_DB_SERVICE_HOST", "10.96.0.13"),
            ("KEYHOUSE_DB_PORT", "tcp://10.96.0.13:5432"),
            ("KEYHOUSE_PORT_PORT_53_UDP_PROTO", "udp"),
            ("KEYHOUSE_VERSION", "0.1.0"),
        ];
        assert_eq!(unknown(&keyhouse), "");
    }

    #[test]
    fn misspelt_settings_are_named_also_beside_a_kubernetes_service() {
        for (name, value) in [
            ("KEYHOUSE_LISTENS", "127.0.0.1:80"),
            ("KEYHOUSE_PORT", "8080"),
            ("KEYHOUSE_LISTEN_PORT", "8080"),
            ("KEYHOUSE_SERVICE_HOSTS", "10.96.0.12"),
            ("KEYHOUSE_SERVICE_PORT_", "80"),
            ("KEYHOUSE_PORT_80_TCP_NAME", "x"),
            ("KEYHOUSE_PORT_99999_TCP", "x"),
            ("KEYHOUSE_VERSIONS", "1"),
        ] {
            let told = unknown(&[("KEYHOUSE_SERVICE_HOST", "10.96.0.12"), (name, value)]);
            assert_eq!(told, format!("{name}: there is no such setting"));
        }
        assert_eq!(unknown(&[("KEYHOUSE_WORKERS", "2"), ("KEYHOUSE_TEST_X", "1"), ("PATH", "/bin")]), "");
    }
}
