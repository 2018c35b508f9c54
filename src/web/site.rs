//! What a handler gets of its request: the caller, the way to the database with that caller's rights, the frame of the page to
//! show, and the redirects that end a change.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::cookie;
use super::csrf;
use super::facts::{Facts, behind_facts, org_facts, own_facts};
use super::form::{self, Form};
use super::page::{Frame, Notice};
use super::state::State;
use crate::access::caller::{Caller, Origin};
use crate::access::{Act, Actor, OrgScope, Place};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::secret::{hex, random};

/// A request in the hands of its handler.
pub struct Site {
    state: web::Data<State>,
    caller: Caller,
    request: HttpRequest,
}

/// Marks on the request that the frame leaves for `respond`: cookies to set or to take away.
#[derive(Default)]
pub struct CookieMarks {
    /// The notice was shown.
    pub notice_shown: bool,
    /// A new signed-out form cookie.
    pub form: Option<String>,
}

impl FromRequest for Site {
    type Error = Error;
    type Future = std::future::Ready<Result<Site>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>().cloned();
        let caller = request.extensions().get::<Caller>().cloned();
        let both = state.zip(caller).map(|(state, caller)| Site { state, caller, request: request.clone() });
        std::future::ready(both.ok_or_else(|| Error::unexpected("a request without state or caller")))
    }
}

impl Site {
    /// The state of the app.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The request.
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Who calls.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Where the call comes from, with the operation id of a form.
    pub fn origin(&self, form: &Form) -> Origin {
        Origin { operation: form.operation(), ..self.caller.origin.clone() }
    }

    fn with_operation(&self, form: &Form) -> Caller {
        Caller { origin: self.origin(form), typed_as: Some(form.typed_as), ..self.caller.clone() }
    }

    /// Reads what a page of an org shows, short and indexed, and the frame around it.
    ///
    /// # Errors
    /// As `Access::read`.
    pub async fn read<T, F>(&self, slug: &str, read: F) -> Result<(T, Frame)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &OrgScope) -> Result<T> + Send + 'static,
    {
        let place = Place::Slug(slug.to_owned());
        let both = move |conn: &mut Conn, scope: &OrgScope| Ok((read(conn, scope)?, org_facts(conn, scope)?));
        let (value, facts) = self.state.access.read(self.caller.clone(), place, both).await?;
        Ok((value, self.frame(facts)?))
    }

    /// The same for reads that may take long.
    ///
    /// # Errors
    /// As `Access::read_long`.
    pub async fn read_long<T, F>(&self, slug: &str, read: F) -> Result<(T, Frame)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &OrgScope) -> Result<T> + Send + 'static,
    {
        let place = Place::Slug(slug.to_owned());
        let both = move |conn: &mut Conn, scope: &OrgScope| Ok((read(conn, scope)?, org_facts(conn, scope)?));
        let (value, facts) = self.state.access.read_long(self.caller.clone(), place, both).await?;
        Ok((value, self.frame(facts)?))
    }

    /// Makes the change that a form asks for in an org.
    ///
    /// # Errors
    /// As `Access::write`.
    pub async fn write<T, F>(&self, slug: &str, act: Act, form: &Form, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &OrgScope) -> Result<T> + Send + 'static,
    {
        self.state.access.write(Place::Slug(slug.to_owned()), act, self.with_operation(form), change).await
    }

    /// Makes a change whose answer is shown once, and reads the frame of the page that shows it in the same transaction: a
    /// read of its own could fail after the change, and what was made would never be seen.
    ///
    /// # Errors
    /// As `Access::write`.
    pub async fn write_and_show<T, F>(&self, slug: &str, act: Act, form: &Form, change: F) -> Result<(T, Frame)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &OrgScope) -> Result<T> + Send + 'static,
    {
        let both = move |conn: &mut Conn, scope: &OrgScope| Ok((change(conn, scope)?, org_facts(conn, scope)?));
        let (value, facts) = self.write(slug, act, form, both).await?;
        Ok((value, self.frame(facts)?))
    }

    /// The same for what is the signed-in person's own, or the installation's.
    ///
    /// # Errors
    /// As `Access::write_own`.
    pub async fn write_own_and_show<T, F>(&self, act: Act, form: &Form, change: F) -> Result<(T, Frame)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let both = move |conn: &mut Conn, actor: &Actor| Ok((change(conn, actor)?, own_facts(actor)?));
        let (value, facts) = self.write_own(act, form, both).await?;
        Ok((value, self.frame(facts)?))
    }

    /// Reads what a page of the signed-in person shows, and the frame around it.
    ///
    /// # Errors
    /// As `Access::read_own`.
    pub async fn read_own<T, F>(&self, read: F) -> Result<(T, Frame)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let both = move |conn: &mut Conn, actor: &Actor| Ok((read(conn, actor)?, own_facts(actor)?));
        let (value, facts) = self.state.access.read_own(self.caller.clone(), both).await?;
        Ok((value, self.frame(facts)?))
    }

    /// The same for reads that may take long.
    ///
    /// # Errors
    /// As `Access::read_own_long`.
    pub async fn read_own_long<T, F>(&self, read: F) -> Result<(T, Frame)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let both = move |conn: &mut Conn, actor: &Actor| Ok((read(conn, actor)?, own_facts(actor)?));
        let (value, facts) = self.state.access.read_own_long(self.caller.clone(), both).await?;
        Ok((value, self.frame(facts)?))
    }

    /// The same for what the session itself is about, on behalf of the person behind whomever they may act as.
    ///
    /// # Errors
    /// As `Access::read_behind`.
    pub async fn read_behind<T, F>(&self, read: F) -> Result<(T, Frame)>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        let both = move |conn: &mut Conn, actor: &Actor| Ok((read(conn, actor)?, behind_facts(conn, actor)?));
        let (value, facts) = self.state.access.read_behind(self.caller.clone(), both).await?;
        Ok((value, self.frame(facts)?))
    }

    /// Changes what the session itself is about, on behalf of the person behind whomever they may act as.
    ///
    /// # Errors
    /// As `Access::write_behind`.
    pub async fn write_behind<T, F>(&self, act: Act, form: &Form, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        self.state.access.write_behind(act, self.with_operation(form), change).await
    }

    /// Makes the change that a form asks for on the signed-in person's own account, or on the installation.
    ///
    /// # Errors
    /// As `Access::write_own`.
    pub async fn write_own<T, F>(&self, act: Act, form: &Form, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
    {
        self.state.access.write_own(act, self.with_operation(form), change).await
    }

    /// The org that a REST call acts in: the one it names, else the caller's only one.
    ///
    /// # Errors
    /// `Malformed` if `x-org-id` is no id.
    fn api_place(&self) -> Result<Place> {
        let Some(header) = self.request.headers().get("x-org-id") else { return Ok(Place::Header(None)) };
        let id = header.to_str().ok().and_then(OrgId::parse);
        id.map(|id| Place::Header(Some(id))).ok_or_else(|| Error::Malformed("x-org-id takes an org ID".into()))
    }

    /// Reads what a REST call asks for.
    ///
    /// # Errors
    /// As `Access::read`.
    pub async fn api_read<T, F>(&self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &OrgScope) -> Result<T> + Send + 'static,
    {
        self.state.access.read(self.caller.clone(), self.api_place()?, read).await
    }

    /// Makes the change that a REST call asks for.
    ///
    /// # Errors
    /// As `Access::write`.
    pub async fn api_write<T, F>(&self, act: Act, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &OrgScope) -> Result<T> + Send + 'static,
    {
        self.state.access.write(self.api_place()?, act, self.caller.clone(), change).await
    }

    fn frame(&self, facts: Facts) -> Result<Frame> {
        let Facts { org, person, assumed, acts_as } = facts;
        let seed = form::seed(&self.request).ok_or(Error::SignedOut)?;
        let csrf = csrf::token(self.state.form_key(), &seed, acts_as)?;
        Ok(Frame { org, person: Some(person), assumed, csrf, notice: self.notice(), ..Frame::bare(&self.state) })
    }

    /// The frame of a page for people who are not signed in. It binds its forms to a cookie of this browser.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn visitor_frame(&self, title: &str) -> Result<Frame> {
        let seed = match form::seed(&self.request) {
            Some(seed) => seed,
            None => {
                let value = hex(&random::<16>()?);
                let seed = csrf::Seed::cookie(&value);
                self.mark(|marks| marks.form = Some(value));
                seed
            }
        };
        let csrf = csrf::token(self.state.form_key(), &seed, None)?;
        Ok(Frame { title: title.to_owned(), csrf, notice: self.notice(), ..Frame::bare(&self.state) })
    }

    fn notice(&self) -> Option<Notice> {
        let value = cookie::value(&self.request, cookie::NOTICE)?;
        self.mark(|marks| marks.notice_shown = true);
        cookie::to_notice(&value, self.state.form_key())
    }

    fn mark(&self, set: impl FnOnce(&mut CookieMarks)) {
        let mut extensions = self.request.extensions_mut();
        if !extensions.contains::<CookieMarks>() {
            extensions.insert(CookieMarks::default());
        }
        if let Some(marks) = extensions.get_mut::<CookieMarks>() {
            set(marks);
        }
    }
}

/// A new operation id for a form.
///
/// # Errors
/// If there is no randomness to be had.
pub fn operation_id() -> Result<String> {
    Ok(hex(&random::<16>()?))
}
