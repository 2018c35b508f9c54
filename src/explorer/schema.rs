//! Schemas of the document as people read them: the Model of Swagger UI, and an Example Value made of the fields' examples.

use serde_json::{Map, Value, json};
use utoipa::openapi::schema::{Array, ArrayItems, Components, Object, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};

/// The schemas of a document.
pub(super) struct Schemas<'a>(pub(super) Option<&'a Components>);

type Either = RefOr<Schema>;

fn name_of(reference: &Ref) -> &str {
    reference.ref_location.rsplit('/').next().unwrap_or("")
}

impl Schemas<'_> {
    fn named(&self, name: &str) -> Option<&Either> {
        self.0?.schemas.get(name)
    }

    /// What is behind a reference; of several alternatives the first that is not null.
    fn plain<'s>(&'s self, either: &'s Either) -> Option<&'s Schema> {
        let schema = match either {
            RefOr::Ref(reference) => self.plain(self.named(name_of(reference))?)?,
            RefOr::T(schema) => schema,
        };
        match first_alternative(schema) {
            Some(inner) => self.plain(inner),
            None => Some(schema),
        }
    }

    /// The type in a word: `integer`, `array[ApiKey]`, or the name of a model.
    pub(super) fn data_type(&self, either: &Either) -> String {
        match either {
            RefOr::Ref(reference) => name_of(reference).to_owned(),
            RefOr::T(schema) => match (first_alternative(schema), schema) {
                (Some(inner), _) => self.data_type(inner),
                (None, Schema::Array(array)) => match &array.items {
                    ArrayItems::RefOrSchema(items) => format!("array[{}]", self.data_type(items)),
                    ArrayItems::False => "array".to_owned(),
                },
                (None, Schema::Object(object)) => word(object).to_owned(),
                (None, _) => "object".to_owned(),
            },
        }
    }

    /// The values to choose from.
    pub(super) fn options(&self, either: &Either) -> Vec<String> {
        let Some(Schema::Object(object)) = self.plain(either) else { return Vec::new() };
        let values = object.enum_values.iter().flatten();
        values.map(|value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)).collect()
    }

    /// The model and the models that it mentions, each once.
    pub(super) fn model(&self, either: &Either) -> String {
        let (mut names, mut texts) = (Vec::new(), Vec::new());
        collect(either, &mut names);
        let mut at = 0;
        while let Some(name) = names.get(at).cloned() {
            if let Some(Schema::Object(object)) = self.named(&name).and_then(|either| self.plain(either)) {
                texts.push(self.fields(&name, object));
                object.properties.values().for_each(|property| collect(property, &mut names));
            }
            at += 1;
        }
        texts.join("\n")
    }

    fn fields(&self, name: &str, object: &Object) -> String {
        let line = |(field, schema): (&String, &Either)| {
            let optional = if object.required.contains(field) { "" } else { ", optional" };
            let meaning = Some(meaning(schema)).filter(|text| !text.is_empty());
            let meaning = meaning.map_or_else(String::new, |text| format!(": {text}"));
            format!("  {field} ({}{}{optional}){meaning}", self.data_type(schema), format(schema))
        };
        let lines: Vec<String> = object.properties.iter().map(line).collect();
        format!("{name} {{\n{}\n}}", lines.join(",\n"))
    }

    /// A value that fits.
    pub(super) fn example(&self, either: &Either) -> Value {
        match self.plain(either) {
            Some(Schema::Array(array)) => self.example_items(array),
            Some(Schema::Object(object)) => self.example_object(object),
            _ => Value::Null,
        }
    }

    fn example_items(&self, array: &Array) -> Value {
        match &array.items {
            ArrayItems::RefOrSchema(items) => json!([self.example(items)]),
            ArrayItems::False => json!([]),
        }
    }

    fn example_object(&self, object: &Object) -> Value {
        if let Some(given) = object.example.as_ref().or(object.examples.first()) {
            return given.clone();
        }
        match word(object) {
            "object" => {
                let fields = object.properties.iter().map(|(name, schema)| (name.clone(), self.example(schema)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            "integer" | "number" => json!(0),
            "boolean" => json!(true),
            _ => json!("string"),
        }
    }
}

fn first_alternative(schema: &Schema) -> Option<&Either> {
    let all = match schema {
        Schema::OneOf(one) => &one.items,
        Schema::AnyOf(any) => &any.items,
        Schema::AllOf(all) => &all.items,
        _ => return None,
    };
    all.iter().find(|either| !matches!(either, RefOr::T(Schema::Object(object)) if word(object) == "null"))
}

/// The names that a schema refers to, those that are new.
fn collect(either: &Either, names: &mut Vec<String>) {
    match either {
        RefOr::Ref(reference) => {
            let name = name_of(reference).to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        RefOr::T(Schema::Array(Array { items: ArrayItems::RefOrSchema(items), .. })) => collect(items, names),
        RefOr::T(schema) => {
            if let Some(inner) = first_alternative(schema) {
                collect(inner, names);
            }
        }
    }
}

fn word(object: &Object) -> &'static str {
    let of = |kind: &Type| match kind {
        Type::Object => "object",
        Type::String => "string",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::Boolean => "boolean",
        Type::Array => "array",
        Type::Null => "null",
    };
    match &object.schema_type {
        SchemaType::Type(kind) => of(kind),
        SchemaType::Array(kinds) => kinds.iter().find(|kind| **kind != Type::Null).map_or("null", of),
        SchemaType::AnyValue => "any",
    }
}

/// Only texts have formats that mean something to a reader.
fn format(either: &Either) -> String {
    let RefOr::T(Schema::Object(object)) = either else { return String::new() };
    match &object.format {
        Some(format) if word(object) == "string" => format!(", {}", format_name(format)),
        _ => String::new(),
    }
}

fn format_name(format: &SchemaFormat) -> String {
    serde_json::to_value(format).ok().and_then(|name| name.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

fn meaning(either: &Either) -> &str {
    match either {
        RefOr::Ref(reference) => &reference.description,
        RefOr::T(Schema::Object(object)) => object.description.as_deref().unwrap_or(""),
        RefOr::T(Schema::Array(array)) => array.description.as_deref().unwrap_or(""),
        RefOr::T(_) => "",
    }
}
