//! Pages are read as a person reads them, and forms are sent as a browser sends them.

use crate::support::form::{self, Edit, Edits};
use crate::support::page::{Page, css};

const FORM: &str = r#"<form id=f method=post action="/save?x=1"><input type=hidden name=csrf value=t&amp;1>
<label for=n>Name</label><input id=n name=name value=Ann><label>Note <textarea name=note>a
b</textarea></label>
<input type=checkbox name=on checked><input type=checkbox name=off><input name=dis value=1 disabled>
<fieldset disabled><input name=dis2 value=1></fieldset><input value=nameless>
<select name=role><option value=m>Member<option selected>Admin</select>
<button name=do value=save>Save</button><button name=do value=drop formaction=/drop formmethod=get>Drop</button>
<button type=button>Nothing</button></form><input name=far value=1 form=f><button>Lost</button>"#;

fn page(body: &str) -> Page {
    Page::parse("http://h/a/b?q=1", &format!("<!DOCTYPE html><title> A\n b</title><body>{body}"))
}

fn sent(body: &str, button: usize, edits: &Edits) -> Result<form::Submission, String> {
    let page = page(body);
    let document = page.document();
    let button = css(&document, "button")[button];
    form::submit(&page, &document, button, edits)
}

#[test]
fn a_post_holds_what_a_browser_would_send() {
    let sent = sent(FORM, 0, &Edits::new()).unwrap();
    assert!(sent.post);
    assert_eq!(sent.url.as_str(), "http://h/save?x=1");
    assert_eq!(sent.body, "csrf=t%261&name=Ann&note=a%0D%0Ab&on=on&role=Admin&do=save&far=1");
}

#[test]
fn a_get_puts_its_data_in_the_query_and_the_button_decides() {
    let edits = Edits::from([(1, Edit::Value("Bo b".into())), (4, Edit::Checked(true))]);
    let sent = sent(FORM, 1, &edits).unwrap();
    assert!(!sent.post);
    let query = "csrf=t%261&name=Bo+b&note=a%0D%0Ab&on=on&off=on&role=Admin&do=drop&far=1";
    assert_eq!(sent.url.as_str(), format!("http://h/drop?{query}"));
}

#[test]
fn buttons_that_do_nothing_are_errors() {
    assert!(sent(FORM, 2, &Edits::new()).unwrap_err().contains("without a script"));
    assert!(sent(FORM, 3, &Edits::new()).unwrap_err().contains("no form"));
    assert!(sent("<form><button disabled>A</button></form>", 0, &Edits::new()).unwrap_err().contains("disabled"));
    let upload = "<form method=post enctype=multipart/form-data><button>A</button></form>";
    assert!(sent(upload, 0, &Edits::new()).unwrap_err().contains("multipart"));
}

#[test]
fn a_form_without_an_action_goes_to_its_own_page() {
    let sent = sent("<form method=post><button>A</button></form>", 0, &Edits::new()).unwrap();
    assert_eq!((sent.url.as_str(), sent.body.as_str()), ("http://h/a/b?q=1", ""));
}

#[test]
fn text_is_what_can_be_read() {
    let page = page("<p>One<b>Two</b></p><p hidden>no</p><script>no</script><ul><li>Three<li>Four</ul>");
    assert_eq!(page.text(), "OneTwo Three Four");
    assert_eq!(page.title(), "A b");
    assert_eq!(page.select("li"), ["Three", "Four"]);
}
