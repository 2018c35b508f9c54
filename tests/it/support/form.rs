//! What a browser without scripts sends when a button is pressed: the rules of HTML for building a form's data.

use std::collections::BTreeMap;

use reqwest::Url;
use scraper::{ElementRef, Html};

use super::client::encode;
use super::page::{Page, by_id, closest, css};

/// Everything that can be part of a form; a control is known by its place in this list.
pub const CONTROLS: &str = "button, input, select, textarea";

/// What a person did to a control, by its place among the page's [`CONTROLS`].
pub type Edits = BTreeMap<usize, Edit>;

/// What a person can do to a control.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Typed, or chose the option with this value.
    Value(String),
    /// Ticked or unticked.
    Checked(bool),
}

/// What goes to the server.
#[derive(Debug, PartialEq)]
pub struct Submission {
    /// True for POST, false for GET.
    pub post: bool,
    /// The whole address, of a GET with its query.
    pub url: Url,
    /// The body of a POST.
    pub body: String,
}

/// The form that a control belongs to, by its `form` attribute or by the form around it.
pub fn owner<'a>(document: &'a Html, control: ElementRef<'a>) -> Option<ElementRef<'a>> {
    match control.attr("form") {
        Some(id) => by_id(document, id).filter(|form| form.value().name() == "form"),
        None => closest(control, "form"),
    }
}

/// What pressing `button` sends; an error says why it would do nothing.
pub fn submit(page: &Page, document: &Html, button: ElementRef, edits: &Edits) -> Result<Submission, String> {
    if is_disabled(button) {
        return Err("the button is disabled".into());
    }
    if matches!(kind(button).as_str(), "button" | "reset") {
        return Err("a button of that type does nothing without a script".into());
    }
    let form = owner(document, button).ok_or("the button belongs to no form")?;
    let setting = |of_button: &str, of_form: &str| button.attr(of_button).or_else(|| form.attr(of_form));
    let post = match setting("formmethod", "method").unwrap_or("get").to_lowercase().as_str() {
        "post" => true,
        "get" => false,
        other => return Err(format!("the method {other} is not for forms")),
    };
    let encoding = setting("formenctype", "enctype").unwrap_or("application/x-www-form-urlencoded");
    if post && encoding != "application/x-www-form-urlencoded" {
        return Err(format!("the robot does not speak {encoding}"));
    }
    let action = setting("formaction", "action").filter(|action| !action.is_empty());
    let mut url = page.url.join(action.unwrap_or(page.url.as_str())).map_err(|e| e.to_string())?;
    let data = encode(&entries(document, form, button, edits));
    if !post {
        url.set_query(Some(&data));
    }
    Ok(Submission { post, url, body: if post { data } else { String::new() } })
}

fn entries(document: &Html, form: ElementRef, button: ElementRef, edits: &Edits) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    for (place, control) in css(document, CONTROLS).into_iter().enumerate() {
        let ours = owner(document, control).is_some_and(|owner| owner.id() == form.id());
        let Some(name) = control.attr("name").filter(|name| !name.is_empty()) else {
            continue;
        };
        if ours && !is_disabled(control) {
            let values = values(control, edits.get(&place), control.id() == button.id());
            entries.extend(values.into_iter().map(|value| (name.to_owned(), value)));
        }
    }
    entries
}

fn values(control: ElementRef, edit: Option<&Edit>, pressed: bool) -> Vec<String> {
    let value = || match edit {
        Some(Edit::Value(value)) => value.clone(),
        _ => control.attr("value").unwrap_or_default().to_owned(),
    };
    match (control.value().name(), kind(control).as_str()) {
        ("button", _) | (_, "submit" | "image" | "reset" | "button" | "file") => {
            if pressed {
                vec![control.attr("value").unwrap_or_default().to_owned()]
            } else {
                Vec::new()
            }
        }
        (_, "checkbox" | "radio") if !is_checked(control, edit) => Vec::new(),
        (_, "checkbox" | "radio") => vec![control.attr("value").unwrap_or("on").to_owned()],
        ("select", _) => chosen(control, edit),
        ("textarea", _) => match edit {
            Some(Edit::Value(value)) => vec![crlf(value)],
            _ => vec![crlf(&control.text().collect::<String>())],
        },
        _ => vec![value()],
    }
}

fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn is_checked(control: ElementRef, edit: Option<&Edit>) -> bool {
    match edit {
        Some(Edit::Checked(checked)) => *checked,
        _ => control.attr("checked").is_some(),
    }
}

fn chosen(select: ElementRef, edit: Option<&Edit>) -> Vec<String> {
    if let Some(Edit::Value(value)) = edit {
        return vec![value.clone()];
    }
    let options: Vec<ElementRef> =
        select.descendent_elements().filter(|e| e.value().name() == "option" && e.attr("disabled").is_none()).collect();
    let selected: Vec<ElementRef> = options.iter().copied().filter(|o| o.attr("selected").is_some()).collect();
    if select.attr("multiple").is_some() {
        return selected.into_iter().map(option_value).collect();
    }
    selected.last().or(options.first()).map(|option| option_value(*option)).into_iter().collect()
}

/// What an option stands for: its `value`, or its text.
pub fn option_value(option: ElementRef) -> String {
    match option.attr("value") {
        Some(value) => value.to_owned(),
        None => super::page::text_of(option),
    }
}

/// The type of a control: `text` for an input without one, `submit` for a button without one.
pub fn kind(control: ElementRef) -> String {
    let default = match control.value().name() {
        "button" => "submit",
        "input" => "text",
        other => other,
    };
    control.attr("type").unwrap_or(default).to_lowercase()
}

/// Disabled by itself or by a fieldset around it.
pub fn is_disabled(control: ElementRef) -> bool {
    control.attr("disabled").is_some() || closest_disabled_fieldset(control)
}

fn closest_disabled_fieldset(control: ElementRef) -> bool {
    let around = control.ancestors().filter_map(ElementRef::wrap);
    around.into_iter().any(|e| e.value().name() == "fieldset" && e.attr("disabled").is_some())
}
