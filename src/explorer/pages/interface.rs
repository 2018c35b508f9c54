//! The Swagger interface: every service, every operation, and "Try it out!".

use std::rc::Rc;

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpRequest, web};
use askama::Template;

use crate::access::caller::Via;
use crate::access::{Act, Caller, Origin};
use crate::error::{Error, Result};
use crate::explorer::call::{ApiCall, Call};
use crate::explorer::view::{FormMethod, Operation, ParameterKind, Service};
use crate::explorer::{Docs, fill, reply};
use crate::id::OrgId;
use crate::secret::{hex, sha256};
use crate::web::Answer;
use crate::web::form::{Form, Query};
use crate::web::identify::RequestId;
use crate::web::page::{self, Frame, Section};
use crate::web::site::{Site, operation_id};

/// `GET` and `POST /orgs/{slug}/docs/{resource}`.
#[derive(Template)]
#[template(path = "explorer/interface.html")]
pub struct InterfacePage {
    /// The frame.
    pub frame: Frame,
    /// Every service, whichever resource was clicked.
    pub services: Vec<Service>,
    /// Makes the changing calls harmless to send twice.
    pub operation_id: String,
}

/// The org and the service of the address.
type Address = web::Path<(String, String)>;

/// Shows every service; opens what the query asks for; carries out a reading call that was filled in on our own page.
///
/// # Errors
/// `NotFound` for a service that there is not; as the policy says.
pub async fn show(site: Site, address: Address, query: Query, docs: web::Data<Docs>) -> Answer {
    let (org, frame) = enter(&site, &address, &docs).await?;
    let mut services = docs.services.clone();
    let wanted = query.text("op");
    match query.text("expand") {
        "" => open(&mut services, wanted),
        how => expand(&mut services, &address.1, how != "list"),
    }
    if let Some(operation) = docs.operation(wanted, FormMethod::Get) {
        let mut operation = Operation { open: true, ..operation.clone() };
        fill::fill(&mut operation, query.all());
        // the form always sends this field; a link that only opens the operation does not
        if !query.text("accept").is_empty() && from_our_page(site.request()) {
            let caller = site.caller().clone();
            let origin = Origin { operation: None, ..caller.origin };
            try_out(&site, &mut operation, org, Caller { origin, ..caller }).await?;
        }
        put(&mut services, operation);
    }
    render(frame, &address.1, services)
}

/// Carries out a changing call and shows its answer in place.
///
/// # Errors
/// `NotFound` for a service or call that there is not; as the policy says.
pub async fn run(site: Site, address: Address, query: Query, form: Form, docs: web::Data<Docs>) -> Answer {
    let (org, frame) = enter(&site, &address, &docs).await?;
    let operation = docs.operation(query.text("op"), FormMethod::Post).ok_or_else(Error::not_found)?;
    let mut operation = Operation { open: true, ..operation.clone() };
    let typed = |name: &str| (name.to_owned(), form.raw(name).to_owned());
    let typed: Vec<(String, String)> = operation.parameters.iter().map(|one| typed(&one.name)).collect();
    fill::fill(&mut operation, &typed);
    let caller = site.caller().clone();
    let origin = Origin { operation: form.operation().map(|id| once(&id, &operation)), ..caller.origin };
    try_out(&site, &mut operation, org, Caller { origin, typed_as: Some(form.typed_as), ..caller }).await?;
    let mut services = docs.services.clone();
    open(&mut services, &operation.id);
    put(&mut services, operation);
    render(frame, &address.1, services)
}

async fn enter(site: &Site, address: &Address, docs: &Docs) -> Result<(OrgId, Frame)> {
    let read = site.read(&address.0, |_, scope| scope.require(Act::Explore).map(|()| scope.org_id()));
    let entered = read.await?;
    if docs.has(&address.1) { Ok(entered) } else { Err(Error::not_found()) }
}

/// The forms of a page share one id, and Back shows them again: the same values sent again act once, other values anew.
fn once(form: &str, operation: &Operation) -> String {
    let mut all = format!("{form}\n{}\n{}", operation.method, fill::path(operation));
    all.extend(fill::body(operation));
    hex(&sha256(all.as_bytes()))
}

/// Another site may lead a person here, but must not make them call anything.
fn from_our_page(request: &HttpRequest) -> bool {
    match request.headers().get("sec-fetch-site") {
        None => true,
        Some(site) => site == "same-origin" || site == "none",
    }
}

async fn try_out(site: &Site, operation: &mut Operation, org: OrgId, caller: Caller) -> Result<()> {
    let request = site.request();
    let api = request.app_data::<Rc<dyn ApiCall>>().ok_or_else(|| Error::unexpected("nobody carries out calls"))?;
    let request_id = request.extensions().get::<RequestId>().cloned();
    let call = Call {
        method: operation.method.parse::<Method>().map_err(Error::unexpected)?,
        path: fill::path(operation),
        body: fill::body(operation),
        org,
        caller: Caller { origin: Origin { via: Via::Explorer, ..caller.origin }, ..caller },
        request_id: request_id.ok_or_else(|| Error::unexpected("a request without an id"))?,
    };
    let answered = api.call(call.clone()).await?;
    operation.reply = Some(reply::reply(&site.state().public_url, &call, &answered));
    Ok(())
}

/// Opens one operation, and the service it is in.
fn open(services: &mut [Service], operation: &str) {
    for service in services {
        for one in service.operations.iter_mut().filter(|one| one.id == operation) {
            one.open = true;
            service.open = true;
        }
    }
}

/// Opens one service, with its operations closed or open.
fn expand(services: &mut [Service], name: &str, operations: bool) {
    for service in services.iter_mut().filter(|service| service.name == name) {
        service.open = true;
        service.operations.iter_mut().for_each(|one| one.open = operations);
    }
}

/// Puts a filled operation in the place of the plain one.
fn put(services: &mut [Service], operation: Operation) {
    let mut all = services.iter_mut().flat_map(|service| &mut service.operations);
    if let Some(place) = all.find(|one| one.id == operation.id) {
        *place = operation;
    }
}

fn render(frame: Frame, service: &str, services: Vec<Service>) -> Answer {
    let frame = Frame { title: title(service, &services), section: Section::Docs, ..frame };
    Ok(page::html(StatusCode::OK, &InterfacePage { frame, services, operation_id: operation_id()? }))
}

/// Names the call that was tried and how it went, so that its tab and its bookmark can be told from the others.
fn title(service: &str, services: &[Service]) -> String {
    let mut all = services.iter().flat_map(|service| &service.operations);
    match all.find_map(|one| one.reply.as_ref().map(|reply| (one, reply.code))) {
        Some((one, code)) => format!("{} {}: {code} · {service} · Swagger Docs", one.method, one.path),
        None => format!("{service} · Swagger Docs"),
    }
}
