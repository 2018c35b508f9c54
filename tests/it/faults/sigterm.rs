//! SIGTERM while a change is under way: it is finished and answered, nobody new gets in, and the process ends well.

use std::time::Duration;

use super::house::House;
use super::locked::Lock;
use crate::support::both;

both! {
    async fn what_is_under_way_is_finished_before_the_end(house: House) {
        let mut house = house;
        let lock = Lock::take(&house.database);
        let mut delete = tokio::spawn(house.delete(1).try_send());
        let early = tokio::time::timeout(Duration::from_millis(400), &mut delete).await;
        assert!(early.is_err(), "the change did not wait for the lock");
        house.server.signal("TERM");
        house.server.wait_line(|line| line.contains("stopping").then_some(()));
        drop(lock);
        delete.await.unwrap().unwrap().expect(204);
        assert!(house.is_deleted(1));
        let status = house.server.wait_exit(Duration::from_secs(12));
        assert!(status.is_some_and(|status| status.success()), "{}", house.server.log());
        assert!(house.delete(2).try_send().await.is_err());
    }
}
