//! Reading the audit trail: of an org, of the installation, and of oneself; exporting it; counting refused attempts; and going on
//! without a lost secret.

mod heads;
mod list;
mod lost_secret;
mod own;
mod refusals;
mod take;

pub use heads::{HeadLog, heads};
pub use list::{Listed, find, history, list};
pub use lost_secret::go_on_without_lost_secret;
pub use own::{find_of_installation, list_of_installation, own};
pub use refusals::{count, forget_old, identify, refusals_of_installation, refusals_of_org};
pub use take::{BLOCK, Export, Format, allow_export, begin_export, export_block};
