//! axe-core, the checker of accessibility, on the page that a browser shows. It needs a browser with scripts on.

use serde_json::{Value, json};

use super::browser::Browser;

const RUN: &str = "const done = arguments[arguments.length - 1];\
    axe.run(document, arguments[0]).then(r => done(r.violations), e => done('axe: ' + e))";

const TAGS: [&str; 7] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/// What axe-core finds wrong with the page, one readable entry for each rule; empty when nothing is.
pub async fn violations(browser: &Browser) -> Vec<String> {
    let source = std::fs::read_to_string(super::tool("node_modules/axe-core/axe.min.js")).unwrap();
    browser.driver.execute(&source, Vec::new()).await.unwrap();
    let options = json!({ "runOnly": { "type": "tag", "values": TAGS }, "resultTypes": ["violations"] });
    let found = browser.driver.execute_async(RUN, vec![options]).await.unwrap();
    match found.json() {
        Value::Array(rules) => rules.iter().map(readable).collect(),
        other => panic!("axe did not run: {other}"),
    }
}

fn readable(rule: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut text = format!("{} ({}): {}", word(&rule["id"]), word(&rule["impact"]), word(&rule["help"]));
    for node in rule["nodes"].as_array().into_iter().flatten() {
        let why = word(&node["failureSummary"]).replace('\n', " ");
        text.push_str(&format!("\n    {} {}\n      {why}", node["target"], word(&node["html"])));
    }
    text
}
