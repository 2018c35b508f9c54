//! A form as it stands: what was typed, and what is wrong with it. A page that shows a form takes one of these, whether the
//! form is new, filled from the database, or comes back with errors.

/// The values and the errors of one form, by the names of its fields.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Filled {
    values: Vec<(String, String)>,
    errors: Vec<(String, String)>,
}

impl Filled {
    /// A form in which nothing was typed.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same form with this value; a later one replaces an earlier one. Never give it a password: nothing of it is shown again.
    pub fn with(mut self, field: &str, value: impl Into<String>) -> Self {
        self.values.retain(|(name, _)| name != field);
        self.values.push((field.to_owned(), value.into()));
        self
    }

    /// The same form with this box ticked or not.
    pub fn tick(self, field: &str, on: bool) -> Self {
        self.with(field, if on { "1" } else { "" })
    }

    /// The same form with an error at this field, or about the whole form if `field` is empty. The first message of a field stays.
    pub fn wrong(mut self, field: &str, message: impl Into<String>) -> Self {
        if self.error(field).is_none() {
            self.errors.push((field.to_owned(), message.into()));
        }
        self
    }

    /// What stands in this field; empty if nothing does.
    pub fn value(&self, field: &str) -> &str {
        find(&self.values, field).unwrap_or("")
    }

    /// Whether this box is ticked.
    pub fn checked(&self, field: &str) -> bool {
        self.is(field, "1")
    }

    /// Whether this choice is the one that was made.
    pub fn is(&self, field: &str, value: &str) -> bool {
        self.value(field) == value
    }

    /// What is wrong with this field.
    pub fn error(&self, field: &str) -> Option<&str> {
        find(&self.errors, field)
    }

    /// All that is wrong, in the order in which it was found: (field, message).
    pub fn errors(&self) -> &[(String, String)] {
        &self.errors
    }

    /// Whether anything is wrong.
    pub fn failed(&self) -> bool {
        !self.errors.is_empty()
    }
}

fn find<'a>(pairs: &'a [(String, String)], field: &str) -> Option<&'a str> {
    let (_, text) = pairs.iter().find(|(name, _)| name == field)?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::Filled;

    #[test]
    fn keeps_what_was_typed_and_the_first_error_of_a_field() {
        let form = Filled::new()
            .with("email", "first")
            .with("email", "second")
            .tick("admin", true)
            .wrong("email", "Enter an email address like name@example.com")
            .wrong("email", "Too long")
            .wrong("", "Something else");
        assert_eq!(form.value("email"), "second");
        assert_eq!(form.value("first"), "");
        assert!(form.checked("admin") && !form.checked("enabled"));
        assert_eq!(form.errors().len(), 2);
        assert!(form.error("email").is_some_and(|m| m.starts_with("Enter")));
        assert!(form.failed() && !Filled::new().failed());
    }
}
