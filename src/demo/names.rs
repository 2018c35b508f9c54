//! What people, orgs and keys of the demo are called. A name that is not written in Latin letters has its spelling in an email
//! address behind an equals sign.

use super::luck::Luck;

const FIRST: &str = "Aaliyah Abebe Adaeze Agnieszka Ahmed Aiko Alejandra Amara Amélie Ananya Anders Andrés Anneke Antonia Aoife \
    Arjun Ayşe Beatriz Björn Blessing Bruno Camille Carlos Chiara Chidi Chloé Ciarán Claudia Dafna Dagny Daniel Deepika Dmitri \
    Ebba Elif Emeka Emilia Enzo Esra Esteban Eun-ji Fatima Felix Fernanda Folake Frida Gabriela Giulia Grace Guðrún Gustavo Hana \
    Hassan Henrik Hiroshi Hồng Ibrahim Ilse Imani Ines Ingrid Isabel Ivana Jakub Jamal Jelena João José Joy Juan Jürgen Kaito \
    Kalani Karolína Keiko Kofi Krzysztof Kwame Laila Lars Léa Leilani Liam Lin Lucía Lukáš Łukasz Mai Malik Manaia Marek María \
    Mariam Mateo Matthias Mei Mehmet Mina Minh Miriam Moana Mohammed Nadia Naomi Ngozi Niamh Nikolai Nils Noor Noura Oksana Olga \
    Olumide Omar Oskar Paolo Parisa Pedro Petra Pilar Priya Rafael Rania Ravi Rosa Ruth Sadia Sanjay Sara Seo-yeon Siddharth \
    Siobhán Sofia Søren Sven Tamar Tariq Tatiana Tendai Thảo Thomas Tomás Uma Valentina Viktor Wei Wiremu Xiadani Yael Yasmin \
    Yuki Yusuf Zainab Zeynep Zoë Þóra 花子=hanako 伟=wei 지우=jiwoo Анна=anna Ελένη=eleni";

const LAST: &str = "Abdi Achterberg Adeyemi Afolabi Ahmadi Åkesson Almeida Álvarez Amin Andersson Bakker Banerjee Batista Bauer \
    Becker Bergström Bianchi Bondarenko Botha Çelik Chanda Chatterjee Chen Choi Cohen Contreras Costa Cruz Dahl Đặng Delacroix \
    Demir Diallo Dlamini Dubois Dvořák Eide Eriksen Fernández Ferrari Fischer Flores Fontaine Fraser García Ghosh González \
    Greenberg Großmann Gupta Gutiérrez Haddad Hakimi Hansen Herrera Hoang Horváth Hussein Ibrahim Ivanova Iyer Jansen Jensen \
    Jiménez Johansson Joshi Kamau Kang Kapoor Karlsson Katō Kaya Khan Kiplagat Kobayashi Kovačević Kowalska Krüger Kumar Larsen \
    Lefèvre Levi Lim Lindqvist Liu López Lund Mahlangu Martínez Mbeki Mehta Mendoza Mensah Meyer Mishra Molina Moreau Moreno \
    Mori Moyo Müller Murphy Musa Mwangi Nakamura Navarro Ndiaye Németh Nguyễn Nielsen Njoroge Novák Núñez Nwosu Nyström \
    O’Brien O’Connor Odhiambo Okafor Okoye Oliveira Ono Ortiz Osei Öztürk Papadaki Park Patel Pereira Petrov Phạm Pham Popescu \
    Quispe Rahman Ramírez Rao Reyes Ricci Rinaldi Romero Rossi Ruiz Saito Salazar Sánchez Santos Sato Schäfer Schmidt Sharma \
    Shevchenko Silva Singh Söderberg Sokolov Sørensen Suárez Suzuki Takahashi Tamm Tan Tembo Thapa Torres Tran Tupou Usman \
    Vargas Vasquez Virtanen Vuković Wagner Wang Weiß Williams Wójcik Wong Wu Yamamoto Yıldız Yilmaz Zając Zhang Zhou Zimmermann \
    佐藤=sato 王=wang 김=kim";

const ORGS: [&str; 30] = [
    "Acme",
    "Nordwind",
    "Harbour",
    "Bluebell",
    "Kestrel",
    "Tamarack",
    "Alpenglow",
    "Cobalt",
    "Juniper",
    "Meridian",
    "Saffron",
    "Polaris",
    "Larkspur",
    "Granite",
    "Monsoon",
    "Ember",
    "Fjord",
    "Mosaic",
    "Sandpiper",
    "Cedar",
    "Quartz",
    "Lantern",
    "Orchard",
    "Tidewater",
    "Vermilion",
    "Wayfarer",
    "Zephyr",
    "Basalt",
    "Marigold",
    "Northgate",
];
const BRANCHES: [&str; 12] = [
    "Field Services",
    "Logistik GmbH",
    "Analytics",
    "Foods",
    "Robotics",
    "Health",
    "Energie AG",
    "Travel",
    "Media",
    "Insurance",
    "Payments",
    "Studios",
];

const JOBS: [&str; 36] = [
    "billing",
    "checkout",
    "invoices",
    "search",
    "reports",
    "mailer",
    "ci",
    "deploy",
    "grafana",
    "backup",
    "mobile-app",
    "webhooks",
    "importer",
    "exporter",
    "warehouse",
    "crm-sync",
    "payroll",
    "support-desk",
    "sso",
    "notifier",
    "nightly-jobs",
    "route-planner",
    "scanner",
    "kiosk",
    "edge-proxy",
    "feeds",
    "ledger",
    "pricing",
    "fraud-check",
    "inventory",
    "status-page",
    "terraform",
    "data-lake",
    "chatbot",
    "zapier",
    "dashboard",
];
const PLACES: [&str; 10] = ["prod", "staging", "dev", "test", "eu", "us", "apac", "canary", "sandbox", "prod"];

/// Every name that people can have: as it is written, and as an email address spells it.
pub(super) struct Names {
    first: Vec<(&'static str, String)>,
    last: Vec<(&'static str, String)>,
}

impl Names {
    pub(super) fn new() -> Names {
        let spelled = |entry: &'static str| match entry.split_once('=') {
            Some((name, spelling)) => (name, spelling.to_owned()),
            None => (entry, entry.to_lowercase().chars().map(plain).collect::<Vec<_>>().concat()),
        };
        Names {
            first: FIRST.split_whitespace().map(spelled).collect(),
            last: LAST.split_whitespace().map(spelled).collect(),
        }
    }

    /// A first name, a last name, and what stands before the @.
    pub(super) fn person(&self, luck: &mut Luck) -> (&'static str, &'static str, String) {
        let (first, last) = (&self.first[luck.below(self.first.len())], &self.last[luck.below(self.last.len())]);
        (first.0, last.0, format!("{}.{}", first.1, last.1))
    }
}

/// A letter as it is written in ASCII; nothing for marks.
fn plain(letter: char) -> &'static str {
    const ASCII: &str = "abcdefghijklmnopqrstuvwxyz";
    if let Some(at) = ASCII.find(letter) {
        return &ASCII[at..=at];
    }
    match letter {
        'á' | 'å' | 'ạ' | 'ặ' | 'ă' | 'ą' | 'ả' => "a",
        'ä' => "ae",
        'ç' | 'č' | 'ć' => "c",
        'đ' => "d",
        'ð' => "d",
        'è' | 'é' | 'ë' | 'ễ' => "e",
        'í' | 'ı' => "i",
        'ł' => "l",
        'ñ' => "n",
        'ó' | 'ō' | 'ồ' => "o",
        'ö' | 'ø' => "oe",
        'ř' => "r",
        'ş' | 'š' => "s",
        'ß' => "ss",
        'ú' => "u",
        'ü' => "ue",
        'ý' => "y",
        'þ' => "th",
        'ã' => "a",
        '-' => "-",
        _ => "",
    }
}

/// The name of the org with this number, from 0.
pub(super) fn org(number: usize) -> String {
    let (name, branch) = (ORGS[number % ORGS.len()], BRANCHES[(number + number / ORGS.len()) % BRANCHES.len()]);
    match number / (ORGS.len() * BRANCHES.len()) {
        0 => format!("{name} {branch}"),
        again => format!("{name} {branch} {}", again + 1),
    }
}

/// A key's name.
pub(super) fn key(luck: &mut Luck) -> String {
    let (job, place) = (luck.one_of(&JOBS), luck.one_of(&PLACES));
    match luck.below(24) {
        number @ 1..=9 => format!("{job}-{place}-{number}"),
        _ => format!("{job}-{place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::model::{Email, Name};

    #[test]
    fn every_name_is_good_and_can_be_spelled_in_an_email() {
        let names = Names::new();
        for (name, spelling) in names.first.iter().chain(&names.last) {
            assert!(Name::parse(name, "").is_ok(), "{name}");
            assert!(Email::parse(&format!("{spelling}@acme.example")).is_ok(), "{name} is spelled {spelling}");
            assert!(spelling.len() * 2 >= name.chars().count(), "{name} is spelled {spelling}");
        }
    }

    #[test]
    fn orgs_have_different_names() {
        let mut all: Vec<String> = (0..2000).map(org).collect();
        assert_eq!((all[0].as_str(), all[1].as_str()), ("Acme Field Services", "Nordwind Logistik GmbH"));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 2000);
    }
}
