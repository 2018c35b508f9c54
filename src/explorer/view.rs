//! What the Swagger Docs show: the API's own description, made ready for the templates.

/// A resource of the API and its operations.
#[derive(Debug, Clone)]
pub struct Service {
    /// As paths call it: `apiKey`.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether its list of operations is open.
    pub open: bool,
    /// In the order of the original.
    pub operations: Vec<Operation>,
}

/// One call.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The operationId, also the anchor on the page.
    pub id: String,
    /// In capitals: `GET`.
    pub method: String,
    /// With its parameters in braces.
    pub path: String,
    /// A few words.
    pub summary: String,
    /// A sentence or two more; may be empty.
    pub notes: String,
    /// Whether it is open.
    pub open: bool,
    /// What a success answers; none if it answers nothing.
    pub response_class: Option<ResponseClass>,
    /// What the answer can be: `application/json`.
    pub content_types: Vec<String>,
    /// What it needs.
    pub parameters: Vec<Parameter>,
    /// What else it can answer.
    pub responses: Vec<ResponseMessage>,
    /// How the form is sent.
    pub form_method: FormMethod,
    /// Whether it destroys something.
    pub danger: bool,
    /// What came back, when it was tried.
    pub reply: Option<Reply>,
}

/// The answer of a success.
#[derive(Debug, Clone)]
pub struct ResponseClass {
    /// 200 or 201.
    pub status: u16,
    /// "OK".
    pub reason: String,
    /// The fields, their types and meanings.
    pub model: String,
    /// The same as JSON.
    pub example: String,
}

/// Something an operation needs.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// As the API calls it.
    pub name: String,
    /// What stands in the field.
    pub value: String,
    /// What it means.
    pub description: String,
    /// Where it goes.
    pub kind: ParameterKind,
    /// `integer`, or the name of a model.
    pub data_type: String,
    /// The values to choose from; empty if any will do.
    pub options: Vec<String>,
    /// Whether the call makes no sense without it.
    pub required: bool,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// Into a header.
    Header,
    /// It is the body.
    Body,
}

/// Something an operation can answer.
#[derive(Debug, Clone)]
pub struct ResponseMessage {
    /// The status code.
    pub status: u16,
    /// When it happens.
    pub reason: String,
    /// The name of the model; may be empty.
    pub model: String,
    /// The headers that come with it; may be empty.
    pub headers: String,
}

/// How a form is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormMethod {
    /// A reading call: it can be bookmarked.
    Get,
    /// A changing call.
    Post,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The address that a program would have called.
    pub request_url: String,
    /// The same as a command.
    pub curl: String,
    /// Indented JSON, or nothing.
    pub body: String,
    /// The status code.
    pub code: u16,
    /// The headers, as JSON.
    pub headers: String,
}

impl ParameterKind {
    /// As Swagger calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Body => "body",
        }
    }
}

impl Parameter {
    /// Whether this is the value that stands in the field.
    pub fn is(&self, option: &str) -> bool {
        self.value == option
    }

    /// Whether the field is a number.
    pub fn numeric(&self) -> bool {
        self.data_type == "integer"
    }
}

impl Operation {
    /// The method as the sheet's class calls it.
    pub fn verb(&self) -> String {
        self.method.to_lowercase()
    }
}
