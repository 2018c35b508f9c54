//! What an org is: types and rules, no I/O.

use std::fmt;

use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::text;

/// An org's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgName(String);

impl OrgName {
    /// From what was typed into `field`.
    ///
    /// # Errors
    /// `Invalid` for the field.
    pub fn parse(field: &'static str, typed: &str) -> Result<OrgName> {
        let name = text::line(typed, 100).map_err(|why| Error::field(field, format!("The name {why}")))?;
        if name.is_empty() { Err(Error::field(field, "Enter the org’s name")) } else { Ok(OrgName(name)) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An org's short name in addresses: `a-z`, `0-9` and hyphens, with at least one letter, so that it is never taken for an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

const LONGEST: usize = 40;

impl Slug {
    /// From the field `slug`; if nothing was typed, made from the name.
    ///
    /// # Errors
    /// `Invalid` for the field.
    pub fn parse(typed: &str, name: &OrgName) -> Result<Slug> {
        let text = if typed.trim().is_empty() { from_name(name.as_str()) } else { typed.trim().to_owned() };
        let letters = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let ends = text.starts_with('-') || text.ends_with('-');
        if letters && !ends && text.bytes().any(|b| b.is_ascii_lowercase()) && text.len() <= LONGEST {
            return Ok(Slug(text));
        }
        Err(Error::field("slug", "Use 1 to 40 lower-case letters, digits and hyphens, with at least one letter"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a super admin enters an org; may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// From what was typed into the field `reason`.
    ///
    /// # Errors
    /// `Invalid` for the field.
    pub fn parse(typed: &str) -> Result<Reason> {
        text::line(typed, 200).map(Reason).map_err(|why| Error::field("reason", format!("The reason {why}")))
    }

    /// The text; `None` if nothing was typed.
    pub fn as_str(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.is_empty())
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The usual spelling in ASCII of the letters of European languages; empty for all others.
fn plain(letter: char) -> &'static str {
    match letter {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' | 'ø' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' | 'ă' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ț' | 'þ' => "t",
        'ù' | 'ú' | 'û' | 'ů' | 'ű' => "u",
        'ý' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

fn from_name(name: &str) -> String {
    let mut slug = String::new();
    for c in
        name.chars().flat_map(char::to_lowercase).flat_map(|c| plain(c).chars().chain(plain(c).is_empty().then_some(c)))
    {
        match c {
            c @ ('a'..='z' | '0'..='9') => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(LONGEST);
    let slug = slug.trim_matches('-').to_owned();
    if slug.bytes().any(|b| b.is_ascii_lowercase()) {
        slug
    } else {
        format!("org-{slug}").trim_end_matches('-').to_owned()
    }
}

/// An org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Org {
    /// The org's id.
    pub id: OrgId,
    /// Its name.
    pub name: String,
    /// Its short name in addresses.
    pub slug: String,
    /// Off: the org is closed to everybody, and none of its keys works.
    pub enabled: bool,
}

/// An org in a list, with what one is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The org.
    pub org: Org,
    /// Whether one is an admin there; `None` if one does not belong to it.
    pub admin: Option<bool>,
    /// Whether one visits it now, as a super admin.
    pub visited: bool,
    /// How many users it has.
    pub users: i64,
    /// How many keys it has.
    pub keys: i64,
    /// How many admins it has; in a list of all orgs 0 if none of them can sign in.
    pub admins: i64,
}

/// An org that one belongs to and cannot open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shut {
    /// Its name.
    pub name: String,
    /// Whether the org as a whole is switched off; if not, one is switched off there.
    pub whole: bool,
}

/// What was typed as the start of an org's name, as slugs are made of names.
pub fn slug_prefix(typed: &str) -> String {
    let slug = if typed.trim().is_empty() { String::new() } else { from_name(typed) };
    if typed.chars().any(|c| c.is_ascii_alphabetic()) { slug } else { slug.trim_start_matches("org-").to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(typed: &str, name: &str) -> Result<String> {
        Slug::parse(typed, &OrgName::parse("org", name)?).map(|slug| slug.to_string())
    }

    #[test]
    fn a_slug_is_made_from_the_name() {
        assert_eq!(slug("", "Acme Field Services").unwrap(), "acme-field-services");
        assert_eq!(slug("", "Nordwind Logistik GmbH & Co. KG").unwrap(), "nordwind-logistik-gmbh-co-kg");
        assert_eq!(slug("", "Südwind & Söhne Łódź").unwrap(), "suedwind-soehne-lodz");
        assert_eq!(slug("", "株式会社").unwrap(), "org");
        assert_eq!(slug("", "42").unwrap(), "org-42");
    }

    #[test]
    fn an_org_is_found_by_the_start_of_its_name() {
        assert_eq!(slug_prefix("Nordwind Log"), "nordwind-log");
        assert_eq!(slug_prefix("acme-"), "acme");
        assert_eq!(slug_prefix("42"), "42");
        assert_eq!(slug_prefix(" "), "");
    }

    #[test]
    fn a_slug_is_never_an_id_or_a_path() {
        for wrong in ["1204", "Acme", "a b", "../x", "-a", "a-", "ä", &"a".repeat(41)] {
            assert!(slug(wrong, "Acme").is_err(), "{wrong}");
        }
        assert_eq!(slug(" acme-2 ", "Acme").unwrap(), "acme-2");
    }
}
