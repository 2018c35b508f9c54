//! Events as the lines of an export. Every cell of the table is quoted (RFC 4180), and one that a spreadsheet would take for a
//! formula begins with an apostrophe. The table begins with a byte order mark, because Excel reads UTF-8 only with one.

use serde_json::{Value, json};

use super::model::Entry;
use crate::secret::hex;

/// The columns of the table, in their order.
const COLUMNS: [&str; 20] = [
    "seq",
    "id",
    "at",
    "actorKind",
    "actorId",
    "actorName",
    "asId",
    "asName",
    "action",
    "targetKind",
    "targetId",
    "targetName",
    "before",
    "after",
    "address",
    "requestId",
    "via",
    "operationId",
    "format",
    "hash",
];

/// The byte order mark. JSON Lines has none: RFC 8259 forbids it.
const BOM: &str = "\u{FEFF}";

/// The table's first line.
pub fn csv_head() -> String {
    format!("{BOM}{}", line(COLUMNS.iter().map(|name| (*name).to_owned())))
}

/// An event as a line of the table.
pub fn csv(entry: &Entry) -> String {
    let facts = facts(entry);
    line(COLUMNS.iter().map(|name| match &facts[*name] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }))
}

/// An event as a line of its own, in JSON.
pub fn json_line(entry: &Entry) -> String {
    facts(entry).to_string() + "\n"
}

fn line(cells: impl Iterator<Item = String>) -> String {
    cells.map(|text| cell(&text)).collect::<Vec<_>>().join(",") + "\r\n"
}

fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

fn facts(entry: &Entry) -> Value {
    let parsed = |text: &Option<String>| {
        text.as_deref().map(|text| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)))
    };
    json!({
        "seq": entry.seq,
        "id": entry.id,
        "at": entry.at.rfc3339(),
        "actorKind": entry.actor_kind,
        "actorId": entry.actor_id,
        "actorName": entry.actor_name,
        "asId": entry.as_id,
        "asName": entry.as_name,
        "action": entry.action,
        "targetKind": entry.target_kind,
        "targetId": entry.target_id,
        "targetName": entry.target_name,
        "before": parsed(&entry.before),
        "after": parsed(&entry.after),
        "address": entry.address,
        "requestId": entry.request_id,
        "via": entry.via,
        "operationId": entry.operation_id,
        "format": entry.format,
        "hash": hex(&entry.hash),
    })
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_that_begin_like_a_formula_get_a_quote() {
        for (text, written) in [
            ("billing", "\"billing\""),
            ("", "\"\""),
            ("say \"hi\", x", "\"say \"\"hi\"\", x\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
