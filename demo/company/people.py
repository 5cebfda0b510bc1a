"""Names, streets and towns that the made-up customers are drawn from, country by country."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """One country the shop delivers to, on the terms that its help articles name; amounts are in cents.

    `street` is how an address line is written there, `transit` the days a parcel takes, `parcel` what it costs below
    an order value of `free_from`, `crew` what bringing furniture costs, `on_invoice` whether paying later is offered.
    """

    code: str
    weight: int
    carrier: str
    transit: tuple[int, int]
    parcel: int
    free_from: int
    crew: int
    on_invoice: bool = False
    street: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


def _towns(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (entry.strip().split("=") for entry in text.split(";"))
    return tuple((postcode, town) for postcode, town in pairs)


COUNTRIES: tuple[Country, ...] = (
    Country(
        code="DE",
        weight=30,
        carrier="DHL",
        transit=(2, 3),
        parcel=490,
        free_from=5900,
        crew=3900,
        on_invoice=True,
        street="{street} {house}",
        first_names=_words(
            "Lena, Jonas, Mia, Felix, Hannah, Lukas, Katharina, Maximilian, Greta, Moritz, Ayşe, Emre, Johanna, Björn"
        ),
        last_names=_words(
            "Schneider, Vogel, Krüger, Hoffmann, Brandt, Demir, Lorenz, Winkler, Seidel, Kaya, Böhm, Arnold, Pohl"
        ),
        streets=_words("Lindenstraße, Gartenweg, Kastanienallee, Schillerstraße, Am Mühlbach, Rosenweg, Hafenstraße"),
        towns=_towns(
            "10245=Berlin; 20359=Hamburg; 50672=Köln; 80469=München; 04229=Leipzig; 70180=Stuttgart; 28203=Bremen"
        ),
    ),
    Country(
        code="GB",
        weight=18,
        carrier="Royal Mail",
        transit=(3, 5),
        parcel=890,
        free_from=9900,
        crew=5900,
        street="{house} {street}",
        first_names=_words("Oliver, Amelia, Harry, Isla, Priya, Callum, Freya, Imran, Poppy, Rhys, Eleanor, Kwame"),
        last_names=_words("Whitfield, Patel, Hughes, Carter, Mackenzie, Osei, Barlow, Ahmed, Pritchard, Lowe, Sutton"),
        streets=_words(
            "Church Lane, Victoria Road, Mill Street, Kingsway, Orchard Close, Station Road, Albert Terrace"
        ),
        towns=_towns("BS6 5QA=Bristol; M21 9HJ=Manchester; EH9 1LT=Edinburgh; CF11 9DZ=Cardiff; LS8 2AB=Leeds"),
    ),
    Country(
        code="NL",
        weight=12,
        carrier="DPD",
        transit=(2, 4),
        parcel=590,
        free_from=7900,
        crew=4900,
        on_invoice=True,
        street="{street} {house}",
        first_names=_words("Sanne, Daan, Lotte, Bram, Fleur, Sem, Noor, Thijs, Maud, Ruben"),
        last_names=_words("de Vries, Bakker, Visser, van Dijk, Smit, Meijer, Mulder, van den Berg, Hendriks"),
        streets=_words("Prinsengracht, Molenstraat, Kerkweg, Beukenlaan, Stationsweg"),
        towns=_towns("1015 CJ=Amsterdam; 3511 LN=Utrecht; 9711 LM=Groningen; 3012 CN=Rotterdam"),
    ),
    Country(
        code="FR",
        weight=11,
        carrier="DPD",
        transit=(3, 5),
        parcel=790,
        free_from=9900,
        crew=5900,
        street="{house} {street}",
        first_names=_words("Camille, Hugo, Chloé, Théo, Inès, Louis, Manon, Mathis, Élise, Karim"),
        last_names=_words("Moreau, Lefèvre, Girard, Fontaine, Benali, Chevalier, Renaud, Marchand, Dupuis"),
        streets=_words("rue des Lilas, avenue Jean Jaurès, rue du Moulin, place de la Gare, rue Pasteur"),
        towns=_towns("69003=Lyon; 44000=Nantes; 33000=Bordeaux; 75011=Paris; 67000=Strasbourg"),
    ),
    Country(
        code="ES",
        weight=9,
        carrier="DPD",
        transit=(4, 6),
        parcel=990,
        free_from=11900,
        crew=7900,
        street="{street} {house}",
        first_names=_words("Lucía, Hugo, Martina, Álvaro, Sofía, Pablo, Carmen, Iker, Nerea, Javier"),
        last_names=_words("García, Navarro, Ortega, Iglesias, Molina, Castro, Etxeberria, Vidal, Serrano"),
        streets=_words("Calle Mayor, Avenida del Puerto, Calle de la Rosa, Paseo del Río, Calle Nueva"),
        towns=_towns("28012=Madrid; 46003=Valencia; 41001=Sevilla; 48001=Bilbao; 08012=Barcelona"),
    ),
    Country(
        code="SE",
        weight=7,
        carrier="DPD",
        transit=(4, 6),
        parcel=990,
        free_from=11900,
        crew=7900,
        street="{street} {house}",
        first_names=_words("Astrid, Erik, Elsa, Oskar, Maja, Nils, Ebba, Viktor"),
        last_names=_words("Lindqvist, Bergström, Sandberg, Nyström, Åkesson, Holmgren, Ekdahl"),
        streets=_words("Storgatan, Skolgatan, Björkvägen, Kungsgatan, Ängsvägen"),
        towns=_towns("116 24=Stockholm; 413 14=Göteborg; 222 20=Lund; 903 26=Umeå"),
    ),
    Country(
        code="PL",
        weight=7,
        carrier="DPD",
        transit=(3, 5),
        parcel=790,
        free_from=9900,
        crew=7900,
        street="ul. {street} {house}",
        first_names=_words("Zofia, Jakub, Maja, Szymon, Agnieszka, Piotr, Oliwia, Michał"),
        last_names=_words("Nowak, Wójcik, Kaczmarek, Mazur, Sikora, Pawlak, Duda, Stępień"),
        streets=_words("Słoneczna, Ogrodowa, Lipowa, Kwiatowa, Długa"),
        towns=_towns("00-362=Warszawa; 31-066=Kraków; 50-079=Wrocław; 80-831=Gdańsk"),
    ),
    Country(
        code="IE",
        weight=6,
        carrier="DPD",
        transit=(4, 6),
        parcel=990,
        free_from=11900,
        crew=7900,
        street="{house} {street}",
        first_names=_words("Aoife, Conor, Niamh, Cian, Saoirse, Eoin, Róisín, Declan"),
        last_names=_words("Byrne, O'Sullivan, Kavanagh, Doyle, Gallagher, Nolan, Fitzgerald"),
        streets=_words("Harbour View, Main Street, Abbey Road, Strand Road, College Green"),
        towns=_towns("D06 X2Y4=Dublin; T12 K8AF=Cork; H91 E2F3=Galway; V94 T9PX=Limerick"),
    ),
)
