"""The demo company's people: e-mail, name and roles. Their passwords are made at the first run."""

DEMO_PEOPLE = (
    ("kim@larkfield.example", "Kim Larsen", ["agent"]),
    ("sam@larkfield.example", "Sam Okoye", ["agent"]),
    ("robin@larkfield.example", "Robin Vega", ["supervisor"]),
    ("edda@larkfield.example", "Edda Brandt", ["knowledge_editor"]),
    ("noor@larkfield.example", "Noor Haddad", ["approver", "analyst"]),
    ("alex@larkfield.example", "Alex Moreau", ["administrator"]),
    ("ines@larkfield.example", "Ines Costa", ["compliance_officer"]),
)
