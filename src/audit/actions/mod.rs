//! Reading the audit trail: of an org, of the installation, and of oneself; exporting it; counting refused attempts; and what
//! every chain says of itself.

mod every_chain;
mod heads;
mod list;
mod own;
mod refusals;
mod secret_line;
mod take;

pub use every_chain::clock_trusted;
pub use heads::{HeadLog, heads};
pub use list::{Listed, find, history, list};
pub use own::{find_of_installation, list_of_installation, own};
pub use refusals::{count, forget_old, identify, refusals_of_installation, refusals_of_org};
pub use secret_line::{Before, FirstLine, first_line, go_on_without_lost_secret, require_heads, rotate_secret};
pub use take::{BLOCK, Export, Format, allow_export, begin_export, export_block};
