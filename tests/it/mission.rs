//! The mission, by the form robot: "delete an API key", in the eleven steps of the original's procedure and in three clicks.

use crate::support::both;
use crate::support::robot::Robot;
use crate::support::town::{self, ADMIN, HOLDER_NAME, InsideTown, Town, user_in};

both! {
    async fn the_mission(town: InsideTown) {
        let town = town.0;
        let mut robot = town.robot();
        robot.open("/").await;
        town::sign_in(&mut robot, ADMIN).await;
        robot.sees("Acme").sees_no("Choose an org");
        delete_by_swagger_docs(&town, &mut robot, "apiKey").await;
    }

    async fn the_mission_with_several_orgs(town: InsideTown) {
        let town = town.0;
        town.add_org("Nordwind").await;
        let mut robot = town.robot();
        robot.open("/").await;
        town::sign_in(&mut robot, ADMIN).await;
        robot.sees("Choose an org").click("Acme").await;
        delete_by_swagger_docs(&town, &mut robot, "health").await;
    }

    async fn the_interface_is_whole_whichever_resource_is_clicked(town: InsideTown) {
        let mut robot = town.0.signed_in(ADMIN).await;
        robot.within("Menu").click("Swagger Docs").await;
        let resources = robot.select("tbody th a");
        assert!(resources.len() >= 2, "{resources:?}");
        for resource in resources {
            robot.open("/orgs/acme/docs").await.click(&resource).await.status(200);
            assert_eq!(robot.select(".service").len(), robot.select(".service > details:not([open])").len());
            robot.within("#apiKey").within("#getApiKey").fill("id", &town.0.holder);
            robot.within("#getApiKey").press("Try it out!").await.within("#getApiKey-response").sees("200");
        }
    }

    async fn three_clicks(town: InsideTown) {
        let town = town.0;
        let bookmark = format!("/orgs/acme/users/{}/edit", town.holder);
        let mut robot = town.robot();
        robot.open(&bookmark).await;
        assert!(robot.path().starts_with("/login?next="), "{}", robot.path());
        town::sign_in(&mut robot, ADMIN).await;
        assert_eq!(robot.path(), bookmark);
        let key = &town.keys[0];
        assert_eq!(town.whoami(&key.token).await, 200);
        robot.clicks = 0;
        robot.within_row(&key.name).click("Delete").await.sees(&format!("Delete key “{}”?", key.name));
        robot.press("Delete key").await;
        assert!(robot.clicks <= 3 && robot.path() == bookmark, "{} clicks, {}", robot.clicks, robot.path());
        robot.sees(&format!("Key “{}” is deleted.", key.name));
        assert_eq!(town.whoami(&key.token).await, 401);
        robot.open(&bookmark).await.sees_no(&key.name).sees(&town.keys[1].name);
    }
}

/// Steps 2 to 11, and that the key is dead afterwards.
async fn delete_by_swagger_docs(town: &Town, robot: &mut Robot, resource: &str) {
    let key = &town.keys[0];
    assert_eq!(town.whoami(&key.token).await, 200);
    robot.within("Menu").sees("Tools").click("Swagger Docs").await;
    robot.click(&format!("{resource} (opens in a new tab)")).await;
    robot.within("#apiKey").sees("Show/Hide").sees("List Operations").sees("Expand Operations");
    sees_the_operation(robot);
    let user = look_up_the_user_id(town, robot).await;
    robot.within("#getApiKey").fill("id", &user).press("Try it out!").await;
    let answered = robot.within("#getApiKey-response").select("pre");
    assert_eq!(answered[3], "200", "{answered:?}");
    let body: serde_json::Value = serde_json::from_str(&answered[2]).unwrap();
    let keys = body["data"].as_array().unwrap();
    let id = keys.iter().find(|one| one["name"] == key.name.as_str()).unwrap()["id"].to_string();
    assert_eq!((id.as_str(), keys.len()), (key.id.as_str(), 2));
    robot.within("#deleteApiKey").sees("204").sees("Delete success").fill("id", &id);
    robot.press("Try it out!").await;
    let answered = robot.within("#deleteApiKey-response").select("pre");
    assert_eq!((answered[2].as_str(), answered[3].as_str()), ("", "204"), "{answered:?}");
    assert_eq!(town.whoami(&key.token).await, 401);
    assert_eq!(town.whoami(&town.keys[1].token).await, 200);
}

/// Step 5: what the expanded operation shows.
fn sees_the_operation(robot: &mut Robot) {
    robot.within("#getApiKey").sees("GET").sees("/user/apiKey/{id}").sees("retrieve an api key by id");
    for words in ["Response Class (Status 200)", "Model", "Example Value", "Response Content Type"] {
        robot.sees(words);
    }
    let columns = robot.select("table:first-of-type th[scope=col]");
    assert!(
        columns.starts_with(&["Parameter", "Value", "Description", "Parameter Type", "Data Type"].map(String::from)),
        "{columns:?}"
    );
}

/// Step 6, in the tab that step 3 left open.
async fn look_up_the_user_id(town: &Town, robot: &Robot) -> String {
    let mut tab = town.robot();
    tab.client = robot.client.clone();
    tab.open("/orgs/acme").await.click("Users").await.click(HOLDER_NAME).await.sees("Edit User");
    user_in(&tab.path())
}
