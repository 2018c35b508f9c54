//! The ids: one newtype for each kind of thing, all drawn from one sequence, so an id names one thing.

use std::fmt;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;

/// Reads a positive decimal number, as ids stand in addresses and headers: digits only, no sign, no blanks.
pub fn parse_digits(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|id| *id > 0)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
        #[diesel(sql_type = BigInt)]
        pub struct $name(i64);

        impl $name {
            /// The id with this number.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number, as people and programs see it.
            pub const fn number(self) -> i64 {
                self.0
            }

            /// Reads an id from text; `None` if it is not a positive decimal number.
            pub fn parse(text: &str) -> Option<Self> {
                parse_digits(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<DB> FromSql<BigInt, DB> for $name
        where
            DB: Backend,
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self)
            }
        }

        impl<DB> ToSql<BigInt, DB> for $name
        where
            DB: Backend,
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }
    };
}

id!(
    /// A session, as its person names it; not the secret that its cookie holds.
    SessionId
);
id!(
    /// An org.
    OrgId
);
id!(
    /// A user: the person's account, whatever orgs they belong to.
    UserId
);
id!(
    /// An org membership: one user in one org (`orgUserId` in the REST contract).
    MembershipId
);
id!(
    /// An API key.
    KeyId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_positive_numbers_are_ids() {
        assert_eq!(KeyId::parse("130"), Some(KeyId::new(130)));
        for wrong in ["", "0", "-1", "+1", " 1", "1e9", "0x10", "１３０", "9223372036854775808"] {
            assert_eq!(KeyId::parse(wrong), None, "{wrong:?}");
        }
    }
}
