//! Invented names for streets, quarters, parks, shops. Every list is made up for this town; each name is given once.

use crate::rng::Rng;
use std::collections::BTreeSet;

pub const TOWN: &str = "Aldermouth";

const CRAFTS: &[&str] = &[
    "Tanner",
    "Cooper",
    "Chandler",
    "Weaver",
    "Potter",
    "Glover",
    "Fletcher",
    "Baker",
    "Ropemaker",
    "Saddler",
    "Goldsmith",
    "Fuller",
    "Brewer",
    "Miller",
    "Sexton",
    "Ferryman",
    "Lantern",
    "Salter",
    "Bellfounder",
    "Netmaker",
    "Cobbler",
    "Tiler",
    "Mason",
    "Scribe",
];
const TREES: &[&str] = &[
    "Alder", "Ash", "Beech", "Birch", "Cedar", "Cherry", "Chestnut", "Elder", "Elm", "Hawthorn", "Hazel", "Holly", "Hornbeam",
    "Juniper", "Larch", "Laurel", "Lime", "Linden", "Maple", "Medlar", "Mulberry", "Oak", "Pear", "Pine", "Plane", "Plum",
    "Poplar", "Quince", "Rowan", "Spruce", "Sycamore", "Walnut", "Willow", "Yew",
];
const PEOPLE: &[&str] = &[
    "Aldous",
    "Amberley",
    "Arkwell",
    "Ashdown",
    "Balfrey",
    "Barrowby",
    "Bellamy",
    "Brandt",
    "Calloway",
    "Carrow",
    "Cavendry",
    "Colver",
    "Dalgarth",
    "Delaney",
    "Dorrin",
    "Eastlake",
    "Elvering",
    "Fairbourne",
    "Falkner",
    "Garrick",
    "Gilmartin",
    "Grantley",
    "Hallam",
    "Harker",
    "Haverly",
    "Holbrook",
    "Ingram",
    "Jessop",
    "Keswin",
    "Kirkham",
    "Langford",
    "Lindqvist",
    "Lorimer",
    "Marchetti",
    "Merriden",
    "Moreau",
    "Nordahl",
    "Oakham",
    "Osterley",
    "Paxton",
    "Pemberly",
    "Quillan",
    "Radley",
    "Renswick",
    "Rosen",
    "Rutherby",
    "Sandoval",
    "Selwyn",
    "Sinclair",
    "Stavely",
    "Tarrant",
    "Thornbury",
    "Tolliver",
    "Ullman",
    "Vasari",
    "Verhoeven",
    "Wakeley",
    "Westerby",
    "Whitlock",
    "Winslow",
    "Wolfram",
    "Yardley",
    "Zeller",
];
const PLACES: &[&str] = &[
    "Abbey",
    "Almond",
    "Anchor",
    "Barley",
    "Bishop",
    "Bridge",
    "Canal",
    "Castle",
    "Chapel",
    "Church",
    "Clover",
    "College",
    "Crown",
    "Dove",
    "Eagle",
    "Falcon",
    "Fern",
    "Field",
    "Fountain",
    "Foundry",
    "Garden",
    "Garland",
    "Granary",
    "Harvest",
    "Heath",
    "Heron",
    "High",
    "Hill",
    "Kiln",
    "King",
    "Lark",
    "Lavender",
    "Library",
    "Lighthouse",
    "Lion",
    "Maiden",
    "Market",
    "Meadow",
    "Mercer",
    "Mill",
    "Mint",
    "Moor",
    "Museum",
    "Nightingale",
    "Observatory",
    "Orchard",
    "Park",
    "Pilgrim",
    "Priory",
    "Queen",
    "Raven",
    "Robin",
    "Rose",
    "Saffron",
    "School",
    "Shepherd",
    "Spring",
    "Star",
    "Sun",
    "Swallow",
    "Temple",
    "Theatre",
    "Tower",
    "Union",
    "Vine",
    "Violet",
    "Wharf",
    "Wheat",
    "Windmill",
    "Wool",
];
const QUARTERS: &[&str] = &[
    "Brickfields",
    "Canalside",
    "Chapel Hill",
    "Cherry Garden",
    "Coldwell",
    "Eastcote",
    "Fairmead",
    "Foundry Quarter",
    "Gallows Field",
    "Greyfriars",
    "Highbank",
    "Kingsmead",
    "Lark Rise",
    "Little Haven",
    "Millbank",
    "New Cross",
    "Nightingale Park",
    "Ropewalk",
    "St Aldric",
    "St Osyth",
    "Stonegate",
    "Summerfield",
    "Tollgate",
    "Weavers' Green",
    "Whitemoor",
    "Windmill Hill",
];
const GREENS: &[&str] = &[
    "Alma Gardens",
    "Bishop's Green",
    "Botanic Garden",
    "Chapel Green",
    "Cooper's Field",
    "Dove Gardens",
    "Founders' Park",
    "Harbour Green",
    "Hazel Green",
    "Jubilee Gardens",
    "King's Green",
    "Larkfield",
    "Lime Gardens",
    "Maiden's Green",
    "Nun's Orchard",
    "Priory Gardens",
    "Queen's Green",
    "Rose Garden",
    "School Green",
    "Shepherd's Field",
    "St Osyth's Green",
    "Union Park",
    "Vine Gardens",
    "Weavers' Park",
];

/// Shop categories: what it is called, what its sign says, how common it is.
pub const TRADES: &[(&str, &[&str], f64)] = &[
    ("bakery", &["Bakery", "Bakehouse", "Bread & Cake"], 3.0),
    ("café", &["Café", "Coffee House", "Espresso Bar"], 3.0),
    ("grocery", &["Grocers", "Food Market", "Mini Market"], 3.0),
    ("pharmacy", &["Pharmacy", "Chemist"], 1.6),
    ("restaurant", &["Kitchen", "Bistro", "Trattoria", "Grill"], 2.2),
    ("hardware", &["Hardware", "Tools & Paint", "Ironmongers"], 1.2),
    ("bookshop", &["Books", "Bookshop"], 0.8),
    ("florist", &["Flowers", "Florist"], 1.0),
    ("butcher", &["Butchers", "Fine Meats"], 0.9),
    ("electronics", &["Electronics", "Phones & Repair"], 1.2),
    ("garage", &["Motors", "Tyres & Service"], 0.9),
    ("fashion", &["Clothing", "Tailors", "Shoes"], 1.5),
    ("optician", &["Opticians", "Eyewear"], 0.7),
    ("kiosk", &["News", "Kiosk"], 1.2),
];

/// Gives out names, none of them twice.
#[derive(Debug)]
pub struct Namer {
    rng: Rng,
    given: BTreeSet<String>,
}

impl Namer {
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::stream(seed, 4), given: BTreeSet::new() }
    }

    pub fn take(&mut self, name: &str) {
        self.given.insert(name.to_owned());
    }

    /// A street of the old town: crafts and lanes.
    pub fn old_street(&mut self) -> String {
        self.fresh(|rng| match rng.below(4) {
            0 => format!("{}s' Lane", rng.pick(CRAFTS)),
            1 => format!("{}s' Row", rng.pick(CRAFTS)),
            2 => format!("{} Alley", rng.pick(PLACES)),
            _ => format!("{} {}", rng.pick(PLACES), rng.pick(&["Lane", "Steps", "Yard", "Passage", "Street"])),
        })
    }

    /// A street of the 19th century: people and public buildings.
    pub fn town_street(&mut self) -> String {
        self.fresh(|rng| match rng.below(3) {
            0 => format!("{} Street", rng.pick(PLACES)),
            1 => format!("{} {}", rng.pick(PEOPLE), rng.pick(&["Street", "Place", "Terrace"])),
            _ => format!("{} Street", rng.pick(PEOPLE)),
        })
    }

    /// A street of the suburbs: trees, people, what was there before.
    pub fn suburb_street(&mut self) -> String {
        let kinds = ["Way", "Road", "Drive", "Close", "Avenue", "Grove", "Lane", "Gardens"];
        self.fresh(|rng| match rng.below(4) {
            0 | 1 => format!("{} {}", rng.pick(TREES), rng.pick(&kinds)),
            2 => format!("{} {}", rng.pick(PLACES), rng.pick(&kinds)),
            _ => format!("{} {}", rng.pick(PEOPLE), rng.pick(&kinds)),
        })
    }

    pub fn quarter(&mut self) -> String {
        self.fresh(|rng| (*rng.pick(QUARTERS)).to_owned())
    }

    pub fn green(&mut self) -> String {
        self.fresh(|rng| (*rng.pick(GREENS)).to_owned())
    }

    /// A shop: its category and its name.
    pub fn shop(&mut self) -> (&'static str, String) {
        let total: f64 = TRADES.iter().map(|trade| trade.2).sum();
        let mut at = self.rng.range(0.0, total);
        let trade = TRADES.iter().find(|trade| {
            at -= trade.2;
            at <= 0.0
        });
        let (category, signs, _) = trade.unwrap_or(&TRADES[0]);
        let name = self.fresh(|rng| match rng.below(5) {
            0 => format!("{} {}", rng.pick(PLACES), rng.pick(signs)),
            1 => format!("{} & {}", rng.pick(PEOPLE), rng.pick(PEOPLE)),
            2 => format!("The {} {}", rng.pick(PLACES), rng.pick(signs)),
            _ => format!("{}'s {}", rng.pick(PEOPLE), rng.pick(signs)),
        });
        (category, name)
    }

    /// An office or a practice, by what its sign may say.
    pub fn office(&mut self, signs: &[&str]) -> String {
        self.fresh(|rng| match rng.below(3) {
            0 => format!("{} {}", rng.pick(PLACES), rng.pick(signs)),
            1 => format!("{} & {} {}", rng.pick(PEOPLE), rng.pick(PEOPLE), rng.pick(signs)),
            _ => format!("{} {}", rng.pick(PEOPLE), rng.pick(signs)),
        })
    }

    /// Draws until a name is new; after many tries numbers the last one, so it always ends.
    fn fresh(&mut self, draw: impl Fn(&mut Rng) -> String) -> String {
        let mut name = draw(&mut self.rng);
        for _ in 0..60 {
            if self.given.insert(name.clone()) {
                return name;
            }
            name = draw(&mut self.rng);
        }
        let number = (2..).find(|n| !self.given.contains(&format!("{name} {n}"))).unwrap_or(0);
        name = format!("{name} {number}");
        self.given.insert(name.clone());
        name
    }
}
