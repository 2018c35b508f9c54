//! The doors to a change. A reader resolves the caller and checks the act before the change queues; what it rejects never queues. The
//! writer resolves and checks again in the transaction of the change, so authority is never older than the act.

use super::caller::{Caller, Origin, Place};
use super::places::Holder;
use super::policy::Act;
use super::{Access, Actor, OrgScope};
use crate::db::Conn;
use crate::error::Result;
use crate::id::OrgId;
use crate::secret::SealKey;

/// The place that a change acts on, with its caller.
trait Door: Clone + Send + 'static {
    /// A caller whose right to pass was checked.
    type Scope;

    /// Resolves the caller and checks the act.
    fn open(&self, access: &Access, conn: &mut Conn, act: Act) -> Result<Self::Scope>;

    fn actor(scope: &Self::Scope) -> &Actor;

    fn org(scope: &Self::Scope) -> Option<OrgId>;
}

/// An org.
#[derive(Clone)]
struct InOrg(Place, Caller);

/// The signed-in person: their own account, the installation, or their session.
#[derive(Clone)]
struct Signed(Caller, Resolve);

/// `Access::person`, or `Access::person_behind` for a session that may impersonate.
type Resolve = fn(&Access, &mut Conn, Caller) -> Result<Actor>;

impl Door for InOrg {
    type Scope = OrgScope;

    fn open(&self, access: &Access, conn: &mut Conn, act: Act) -> Result<OrgScope> {
        let InOrg(place, caller) = self;
        let scope = access.scope(conn, caller.clone(), place)?;
        access.watched(scope.actor(), Some(scope.org_id()), scope.require(act))?;
        Ok(scope)
    }

    fn actor(scope: &OrgScope) -> &Actor {
        scope.actor()
    }

    fn org(scope: &OrgScope) -> Option<OrgId> {
        Some(scope.org_id())
    }
}

impl Door for Signed {
    type Scope = Actor;

    fn open(&self, access: &Access, conn: &mut Conn, act: Act) -> Result<Actor> {
        let Signed(caller, resolve) = self;
        let actor = resolve(access, conn, caller.clone())?;
        access.watched(&actor, None, actor.require(act))?;
        Ok(actor)
    }

    fn actor(actor: &Actor) -> &Actor {
        actor
    }

    fn org(_: &Actor) -> Option<OrgId> {
        None
    }
}

impl Access {
    /// Changes something of an org.
    ///
    /// # Errors
    /// As `read`; as the policy says; `Unavailable` and `Unknown` as `Db::write`.
    pub async fn write<T, F>(&self, place: Place, act: Act, caller: Caller, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &OrgScope) -> Result<T> + Send + 'static,
    {
        self.pass(InOrg(place, caller), act, change).await
    }

    /// Changes something of the caller's own, or of the installation. Keys are rejected.
    ///
    /// # Errors
    /// As `read_own`; as the policy says; `Unavailable` and `Unknown` as `Db::write`.
    pub async fn write_own<T, F>(&self, act: Act, caller: Caller, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        self.pass(Signed(caller, Access::person), act, change).await
    }

    /// Changes something of the caller's session, for the signed-in user, also while that user impersonates another.
    ///
    /// # Errors
    /// As `read_behind`; as the policy says; `Unavailable` and `Unknown` as `Db::write`.
    pub async fn write_behind<T, F>(&self, act: Act, caller: Caller, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        self.pass(Signed(caller, Access::person_behind), act, change).await
    }

    /// Changes something for a visitor, who is not signed in: setup, sign-in, links. A page checks its link on a reader before.
    ///
    /// # Errors
    /// As `change`; as the policy says; `Unavailable` and `Unknown` as `Db::write`.
    pub async fn write_as_visitor<T, F>(&self, act: Act, origin: Origin, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let visitor = Actor::visitor(origin, self.chain.clone());
        visitor.require(act)?;
        let place = self.places.take(act, Holder::all(&visitor, None))?;
        self.db.write_holding(place, move |conn| change(conn, &visitor)).await
    }

    /// Does another part of a change whose caller was answered before. `change` gets the seal of the chains.
    ///
    /// # Errors
    /// As `change`; `Unavailable` and `Unknown` as `Db::write`.
    pub async fn write_later<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &SealKey) -> Result<T> + Send + 'static,
    {
        let chain = self.chain.clone();
        self.db.write(move |conn| change(conn, &chain)).await
    }

    /// Changes something for the host's command line.
    ///
    /// # Errors
    /// As `change`; `Unavailable` and `Unknown` as `Db::write`.
    pub fn write_as_host<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let host = Actor::host(self.chain.clone());
        self.db.write_now(move |conn| change(conn, &host))
    }

    /// Changes very many rows at once for the host, as `Db::load_now` does.
    ///
    /// # Errors
    /// As `load`, or if the database fails.
    pub fn load_as_host<T>(&self, load: impl FnOnce(&mut Conn, &Actor) -> Result<T>) -> Result<T> {
        let host = Actor::host(self.chain.clone());
        self.db.load_now(|conn| load(conn, &host))
    }

    async fn pass<D: Door, T, F>(&self, door: D, act: Act, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &D::Scope) -> Result<T> + Send + 'static,
    {
        let (access, outside) = (self.clone(), door.clone());
        let look = move |conn: &mut Conn| {
            let scope = outside.open(&access, conn, act)?;
            Ok(Holder::all(D::actor(&scope), D::org(&scope)))
        };
        let place = self.places.take(act, self.db.read(look).await?)?;
        let access = self.clone();
        self.db
            .write_holding(place, move |conn| {
                let scope = door.open(&access, conn, act)?;
                let done = change(conn, &scope);
                access.watched(D::actor(&scope), D::org(&scope), done)
            })
            .await
    }
}
