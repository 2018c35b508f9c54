//! Pages of a list by its keys, never by counting: a cursor is the sort key and id of the row that a page comes after or
//! before. It is opaque to people and checked like any input.

use crate::error::{Error, Result};
use crate::secret::{hex, unhex};

/// Rows on a page of a list.
pub const ROWS: usize = 50;

/// Where in a list a page lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cursor {
    /// The first page.
    #[default]
    First,
    /// The page after this row.
    After(Position),
    /// The page before this row.
    Before(Position),
}

/// A row's place in a list: its sort key and, where that is equal, its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The sort key; empty where the list is sorted by id alone.
    pub key: String,
    /// The row's id.
    pub id: i64,
}

impl Position {
    /// As it stands in an address.
    pub fn encode(&self) -> String {
        if self.key.is_empty() { self.id.to_string() } else { format!("{}.{}", self.id, hex(self.key.as_bytes())) }
    }

    fn parse(text: &str) -> Option<Position> {
        let (id, key) = text.split_once('.').unwrap_or((text, ""));
        let key = String::from_utf8(unhex(key)?).ok().filter(|key| !key.contains('\0'))?;
        Some(Position { key, id: crate::id::parse_digits(id)? })
    }
}

impl Cursor {
    /// From the parameters `after` and `before`.
    ///
    /// # Errors
    /// `Malformed` if one is no cursor of ours, or both are given.
    pub fn parse(after: &str, before: &str) -> Result<Cursor> {
        let malformed = || Error::Malformed("This page of the list does not exist; go back to the first one".into());
        match (after, before) {
            ("", "") => Ok(Cursor::First),
            (after, "") => Position::parse(after).map(Cursor::After).ok_or_else(malformed),
            ("", before) => Position::parse(before).map(Cursor::Before).ok_or_else(malformed),
            _ => Err(malformed()),
        }
    }
}

/// A page of rows in their order, and whether there are more on either side.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there is a page before.
    pub earlier: bool,
    /// Whether there is a page after.
    pub later: bool,
}

impl<T> Rows<T> {
    /// From what a query answered that asked for one row more than fit, in reading order for `First` and `After`, against it
    /// for `Before`.
    pub fn from_query(mut found: Vec<T>, cursor: &Cursor, size: usize) -> Rows<T> {
        let more = found.len() > size;
        found.truncate(size);
        match cursor {
            Cursor::First => Rows { rows: found, earlier: false, later: more },
            Cursor::After(_) => Rows { rows: found, earlier: true, later: more },
            Cursor::Before(_) => {
                found.reverse();
                Rows { rows: found, earlier: more, later: true }
            }
        }
    }

    /// The cursors of the pages before and after, if there are any.
    pub fn around(&self, at: impl Fn(&T) -> Position) -> Around {
        Around {
            before: self.rows.first().filter(|_| self.earlier).map(&at),
            after: self.rows.last().filter(|_| self.later).map(&at),
        }
    }

    /// The same page of other rows.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Rows<U> {
        Rows { rows: self.rows.into_iter().map(change).collect(), earlier: self.earlier, later: self.later }
    }
}

/// Where the neighbouring pages begin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Around {
    /// The page before this row.
    pub before: Option<Position>,
    /// The page after this row.
    pub after: Option<Position>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_the_address() {
        for position in [Position { key: "müller & co".into(), id: 7 }, Position { key: String::new(), id: 1_000_000 }]
        {
            assert_eq!(Position::parse(&position.encode()), Some(position));
        }
        for wrong in ["", "x", "1.zz", "1.ff", "-1", "1.00"] {
            assert_eq!(Position::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn rows_know_whether_there_are_more() {
        let before = Cursor::Before(Position { key: String::new(), id: 9 });
        let page = Rows::from_query(vec![8, 7, 6], &before, 2);
        assert_eq!((page.rows, page.earlier, page.later), (vec![7, 8], true, true));
        let last = Rows::from_query(vec![1], &Cursor::After(Position { key: String::new(), id: 2 }), 2);
        assert_eq!((last.earlier, last.later), (true, false));
    }
}
