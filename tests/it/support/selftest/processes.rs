//! A process group is heard, and dies whole.

use std::process::Command;
use std::time::Duration;

use crate::support::process::Group;

fn shell(script: &str) -> Group {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    Group::spawn(command)
}

#[test]
fn lines_of_both_streams_are_waited_for() {
    let mut group = shell("echo first; sleep 0.1; echo 'port 17' >&2; sleep 30");
    let port = group.wait_line(Duration::from_secs(5), |line| line.strip_prefix("port ").map(str::to_owned));
    assert_eq!((port.as_str(), group.log().as_str()), ("17", "first\nport 17"));
}

#[test]
#[should_panic(expected = "only this")]
fn a_program_that_ends_early_shows_its_log() {
    shell("echo only this").wait_line(Duration::from_secs(5), |line| line.strip_prefix("never ").map(str::to_owned));
}

#[test]
fn a_program_that_ends_by_itself_is_heard_to_its_last_word() {
    let (status, printed) = shell("echo one; echo two >&2; printf three; exit 4").finish(Duration::from_secs(20));
    let mut lines: Vec<&str> = printed.lines().collect();
    lines.sort_unstable();
    assert_eq!((status.code(), lines), (Some(4), vec!["one", "three", "two"]));
}

#[test]
#[should_panic(expected = "only this")]
fn a_program_that_should_have_ended_fails_its_test_and_does_not_hang_it() {
    let mut group = shell("echo only this; sleep 600");
    group.wait_line(Duration::from_secs(20), |line| (line == "only this").then_some(()));
    group.finish(Duration::from_millis(50));
}

#[test]
fn killing_takes_the_children_along() {
    let mut group = shell("sleep 300 & echo $!; wait");
    let child = group.wait_line(Duration::from_secs(5), |line| line.parse::<u32>().ok());
    group.kill();
    let dead = || {
        let status = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        status.is_empty() || status.contains(") Z ") || status.contains(") X ")
    };
    // signalled all, but each dies when it is scheduled
    let gone = (0..100).any(|_| {
        dead() || {
            std::thread::sleep(Duration::from_millis(20));
            false
        }
    });
    assert!(gone);
}

#[test]
fn a_polite_signal_arrives() {
    let mut group = shell("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
    group.wait_line(Duration::from_secs(5), |line| (line == "ready").then_some(()));
    group.signal("TERM");
    let status = group.wait_exit(Duration::from_secs(5)).unwrap();
    assert_eq!(status.code(), Some(3));
}
