//! How a browser's elements are found: as assistive technology finds them, by role and name, and by label.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::Browser;

/// How long a page may be on its way.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

impl Browser {
    /// The one element with this role and accessible name: ("link", "Users"), ("button", "Save"), ("heading", "Keys").
    pub async fn find(&self, role: &str, name: &str) -> WebElement {
        self.find_in("html", role, name).await
    }

    /// The same, inside the first element that fits the selector. A page that is still on its way is waited for.
    pub async fn find_in(&self, part: &str, role: &str, name: &str) -> WebElement {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut found = self.find_all_in(part, role, name).await;
            if found.len() == 1 {
                return found.remove(0);
            }
            if Instant::now() > until {
                let (path, text) = (self.path().await, self.text().await);
                panic!("{} of role {role} named \"{name}\", and not one, in {part} on {path}:\n{text}", found.len());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The first element that fits the selector, also on a page that is still on its way.
    pub async fn part(&self, selector: &str) -> WebElement {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.driver.find(By::Css(selector)).await {
                Ok(element) => return element,
                Err(_) if Instant::now() < until => tokio::time::sleep(PAUSE).await,
                Err(e) => panic!("{selector}: {e}\n{}", self.text().await),
            }
        }
    }

    /// All elements with this role and accessible name, as the browser tells them to assistive technology.
    pub async fn find_all_in(&self, part: &str, role: &str, name: &str) -> Vec<WebElement> {
        let document = self.cdp("DOM.getDocument", json!({ "depth": 0 })).await;
        let part = json!({ "nodeId": document["root"]["nodeId"], "selector": part });
        let node = self.cdp("DOM.querySelector", part).await["nodeId"].clone();
        let query = json!({ "nodeId": node, "role": role, "accessibleName": name });
        let tree = self.cdp("Accessibility.queryAXTree", query).await;
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        let ids: Vec<Value> = nodes.iter().map(|node| node["backendDOMNodeId"].clone()).collect();
        let pushed = self.cdp("DOM.pushNodesByBackendIdsToFrontend", json!({ "backendNodeIds": ids })).await;
        let mut found = Vec::new();
        for node in pushed["nodeIds"].as_array().cloned().unwrap_or_default() {
            found.push(self.element(&node).await);
        }
        found
    }

    // the driver knows no way from a node to its element but the page: a mark, set and taken away again
    async fn element(&self, node: &Value) -> WebElement {
        let mark = json!({ "nodeId": node, "name": "data-found", "value": "" });
        self.cdp("DOM.setAttributeValue", mark).await;
        let element = self.driver.find(By::Css("[data-found]")).await.unwrap();
        self.cdp("DOM.removeAttribute", json!({ "nodeId": node, "name": "data-found" })).await;
        element
    }

    /// The form field with this label.
    pub async fn field(&self, label: &str) -> WebElement {
        self.field_in("//body", label).await
    }

    /// The form field with this label, inside an element given by XPath.
    pub async fn field_in(&self, part: &str, label: &str) -> WebElement {
        let field = "*[self::input or self::select or self::textarea]";
        let by_label =
            format!("{part}//{field}[@id=//label[normalize-space()=\"{label}\"]/@for or @aria-label=\"{label}\"]");
        let inside = format!("{part}//label[normalize-space()=\"{label}\"]//{field}");
        let found = self.driver.find_all(By::XPath(format!("{by_label} | {inside}"))).await.unwrap();
        assert!(found.len() == 1, "{} fields \"{label}\":\n{}", found.len(), self.text().await);
        found.into_iter().next().unwrap()
    }
}
