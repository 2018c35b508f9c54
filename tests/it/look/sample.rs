//! The made-up data: people, keys and times of one imaginary company, Monday 23 November 2026, 09:14.

use keyhouse::web::filled::Filled;
use keyhouse::web::page::{Frame, FrameOrg, FramePerson, Notice, Section};
use keyhouse::web::when::When;

/// What the texts are like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Rich,
    Hostile,
    Empty,
}

pub struct Sample {
    pub kind: Kind,
}

const NOW: i64 = 1_795_425_240_000_000;
const MINUTE: i64 = 60_000_000;

const HOSTILE: &str = "\"'><script src=//evil.example>alert(1)</script><img onerror=alert(1) style=color:red src=x>\
    Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

pub const NAMES: [&str; 10] = [
    "Aleksandr Petrov",
    "Ana-Sofía Villanueva de la Cruz y Montenegro",
    "Björk Guðmundsdóttir",
    "Deploy robot",
    "Johan Lindqvist",
    "Marguerite Okonkwo",
    "Ngozi Adeyemi-Whitfield",
    "Priya Raghunathan",
    "Tomasz Wiśniewski",
    "山田 太郎",
];

pub const KEYS: [&str; 7] = [
    "billing-prod",
    "API Token",
    "nightly-export",
    "Anna’s laptop",
    "temp (remove after migration)",
    "terraform",
    "warehouse-sync",
];

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Rich => "rich",
            Self::Hostile => "hostile",
            Self::Empty => "empty",
        }
    }
}

impl Sample {
    /// This text, or a hostile one in its place.
    pub fn text(&self, text: &str) -> String {
        match self.kind {
            Kind::Hostile => HOSTILE.to_owned(),
            _ => text.to_owned(),
        }
    }

    pub fn empty(&self) -> bool {
        self.kind == Kind::Empty
    }

    pub fn hostile(&self) -> bool {
        self.kind == Kind::Hostile
    }

    /// So many rows, or none.
    pub fn rows<T>(&self, number: usize, row: impl Fn(usize) -> T) -> Vec<T> {
        (0..if self.empty() { 0 } else { number }).map(row).collect()
    }

    /// This, unless nothing is there.
    pub fn some<T>(&self, value: T) -> Option<T> {
        (!self.empty()).then_some(value)
    }

    pub fn name(&self, at: usize) -> String {
        self.text(NAMES[at % NAMES.len()])
    }

    pub fn key(&self, at: usize) -> String {
        self.text(KEYS[at % KEYS.len()])
    }

    /// 20 characters that look random.
    pub fn access_key(&self, at: usize) -> String {
        let letters = b"ZHu8qRtJhQMOzE95B48mw0sANiPrgT";
        (0..20).map(|i| char::from(letters[(i * 7 + at * 11 + i * at) % letters.len()])).collect()
    }

    pub fn email(&self, at: usize) -> String {
        let domain = if at % 10 == 1 { "subsidiaries.acme-field-services.example" } else { "acme.example" };
        let name = NAMES[at % 10].to_lowercase().replace(' ', ".");
        self.text(&format!("{name}@{domain}"))
    }

    pub fn ago(&self, at: usize) -> When {
        let steps = [4, 56, 150, 1_130, 1_500, 13_000, 64_000, 310_000, 1_400_000];
        When::new(NOW - steps[at % steps.len()] * MINUTE, NOW)
    }

    pub fn maybe_ago(&self, at: usize) -> Option<When> {
        (at % 4 != 3 && !self.empty()).then(|| self.ago(at))
    }

    /// A form with errors, if the sample is hostile.
    pub fn wrong(&self, form: Filled, field: &str, message: &str) -> Filled {
        if self.hostile() { form.wrong(field, message) } else { form }
    }

    /// The frame of a page of an org.
    pub fn frame(&self, title: &str, section: Section) -> Frame {
        Frame {
            title: self.text(title),
            org: Some(FrameOrg {
                name: self.text("Acme Field Services"),
                slug: "acme".to_owned(),
                admin: true,
                several: !self.empty(),
            }),
            person: Some(FramePerson { name: self.text("Marguerite Okonkwo"), super_admin: self.hostile() }),
            section,
            csrf: self.text("9hV2mXr1"),
            notice: None,
            assumed: None,
            banners: self.rows(usize::from(self.hostile()) * 2, |_| self.text("Demo data")),
        }
    }

    /// The frame of a page for somebody who is not signed in.
    pub fn outside(&self, title: &str) -> Frame {
        Frame { org: None, person: None, ..self.frame(title, Section::Other) }
    }

    /// The same frame with a notice.
    pub fn notice(&self, frame: Frame) -> Frame {
        let notice = Notice {
            bold: self.text("Key “billing-prod” is deleted."),
            rest: self.text("Keyhouse refuses it from now on."),
            warn: self.hostile(),
        };
        Frame {
            notice: Some(notice),
            banners: vec![self.text("Demo data: do not use these keys for anything real.")],
            ..frame
        }
    }

    pub fn operation(&self) -> String {
        self.text("01JD7Q2M5X")
    }
}

/// The page's name and its HTML.
pub fn page<T: askama::Template>(name: &str, page: T) -> (String, String) {
    (name.to_owned(), page.render().unwrap())
}
