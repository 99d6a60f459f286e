"""Where the simulated sites stand and what they are called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    name: str
    state: str
    zip_prefix: str
    timezone: str


@dataclass(frozen=True)
class SiteKind:
    """What a kind of place has: cameras and zones as places inside, hours as minutes of the day (arm, disarm)."""

    word: str
    names: tuple[str, ...]
    cameras: tuple[str, ...]
    zones: tuple[str, ...]
    arm_min: int
    disarm_min: int
    mode: str
    has_closed_weekend: bool
    panel: str


CITIES = (
    City("Oakland", "CA", "946", "America/Los_Angeles"),
    City("San Francisco", "CA", "941", "America/Los_Angeles"),
    City("Sacramento", "CA", "958", "America/Los_Angeles"),
    City("Fresno", "CA", "937", "America/Los_Angeles"),
    City("Berkeley", "CA", "947", "America/Los_Angeles"),
    City("Seattle", "WA", "981", "America/Los_Angeles"),
    City("Phoenix", "AZ", "850", "America/Phoenix"),
    City("Denver", "CO", "802", "America/Denver"),
    City("Chicago", "IL", "606", "America/Chicago"),
    City("Dallas", "TX", "752", "America/Chicago"),
    City("New York", "NY", "100", "America/New_York"),
    City("Boston", "MA", "021", "America/New_York"),
    City("Miami", "FL", "331", "America/New_York"),
    City("Anchorage", "AK", "995", "America/Anchorage"),
    City("Honolulu", "HI", "968", "Pacific/Honolulu"),
    City("Indianapolis", "IN", "462", "America/Indiana/Indianapolis"),
)

STREETS = (
    "Harbor Way", "Main St", "Riverside Dr", "Church Ave", "Elm St", "Bayview Rd", "Market St", "Oak Ave", "Mill Rd",
    "Station St", "College Ave", "Industrial Pkwy", "Lakeshore Blvd", "Cedar Ln", "Hillcrest Dr", "Orchard Rd",
)  # fmt: skip

KINDS = (
    SiteKind(
        "warehouse", ("Warehouse", "Cold Storage", "Freight Depot", "Lumber Yard"),
        ("Loading dock", "Gate north", "Yard east", "Racking aisle 4", "Office corridor"),
        ("Front door", "Loading dock PIR", "Office glass break", "Roller door 2", "Yard beam"),
        18 * 60, 6 * 60, "away", False, "DMP XR150",
    ),
    SiteKind(
        "pharmacy", ("Pharmacy", "Drugstore"),
        ("Counter", "Entrance", "Stock room", "Back alley"),
        ("Front door", "Back door", "Dispensary PIR", "Hold-up button"),
        21 * 60, 7 * 60 + 30, "night", False, "Bosch B6512",
    ),
    SiteKind(
        "garage", ("Auto Center", "Tire & Brake", "Body Shop"),
        ("Service bays", "Lot front", "Lot rear", "Parts counter"),
        ("Bay door 1", "Bay door 2", "Office door", "Lot beam"),
        19 * 60, 7 * 60, "away", True, "Honeywell Vista-20P",
    ),
    SiteKind(
        "school", ("School", "Elementary", "Academy"),
        ("Main entrance", "Gym", "Playground", "Corridor B", "Parking lot", "Library"),
        ("Main doors", "Gym doors", "Office PIR", "Science lab PIR", "Boiler room smoke"),
        18 * 60 + 30, 6 * 60 + 30, "away", True, "DMP XR550",
    ),
    SiteKind(
        "home", ("Home", "Residence", "House"),
        ("Front door", "Driveway", "Back garden"),
        ("Front door", "Patio door", "Living room PIR", "Garage door", "Kitchen smoke"),
        23 * 60, 6 * 60 + 15, "stay", False, "Qolsys IQ4",
    ),
    SiteKind(
        "storage", ("Storage", "Self Storage", "Mini Storage"),
        ("Gate", "Row A", "Row C", "Office"),
        ("Gate contact", "Office door", "Row A beam", "Row C beam"),
        21 * 60, 6 * 60, "away", False, "DSC Neo",
    ),
    SiteKind(
        "clinic", ("Clinic", "Dental Care", "Family Practice", "Animal Hospital"),
        ("Waiting room", "Entrance", "Pharmacy cabinet", "Parking"),
        ("Front door", "Staff door", "Records room PIR", "Panic button"),
        19 * 60 + 30, 6 * 60 + 45, "away", True, "Bosch B5512",
    ),
    SiteKind(
        "shop", ("Market", "Hardware", "Jewelers", "Bakery", "Books"),
        ("Sales floor", "Entrance", "Back door", "Till"),
        ("Front door", "Back door", "Floor PIR", "Window glass break"),
        20 * 60 + 30, 8 * 60, "away", False, "DMP XT50",
    ),
)  # fmt: skip

# The sites of the drawings come first and are always the same: name, city, kind, account number, street address.
FIRST_SITES = (
    ("Harbor Point Warehouse", "Oakland", "warehouse", "A-10293", "1480 Harbor Way"),
    ("Main Street Pharmacy", "San Francisco", "pharmacy", "A-10294", "212 Main St"),
    ("Riverside Auto Center", "Sacramento", "garage", "A-10311", "77 Riverside Dr"),
    ("St. Mark School", "Fresno", "school", "A-10345", "900 Church Ave"),
    ("John's Home", "San Francisco", "home", "A-10377", "123 Main St"),
    ("Bayview Storage 4", "Berkeley", "storage", "A-10401", "4 Bayview Rd"),
    ("Lakeside Family Clinic", "Chicago", "clinic", "A-10412", "350 Lakeshore Blvd"),
    ("Kowalski & Sons Jewelers", "New York", "shop", "A-10430", "18 Market St"),
)

NAME_STARTS = (
    "Cedar Hill", "Northside", "Golden Gate", "Maple Grove", "Summit", "Old Town", "Pine Ridge", "Sunset", "Union",
    "Lincoln", "Franklin", "Washington", "Eastgate", "Westfield", "Bluewater", "Granite", "Copper Creek", "Ironwood",
    "Silver Lake", "Meadowbrook", "Fairview", "Highland", "Parkside", "Riverbend", "Stonegate", "Liberty", "Pioneer",
    "Crescent", "Juniper", "Magnolia",
)  # fmt: skip
