"""Articles for readers: in three languages, for one region, for one brand, for staff, and what must be said beside."""

from dataclasses import replace
from datetime import date

from knowledge.types import Article
from server.house import House

REFUNDS = Article(
    id="refund-times",
    slug="refund-times",
    title="When will I get my refund?",
    text=(
        "## How long\n\nRefunds take 5 to 7 working days. See [returns](article:return-policy#what-we-take).\n\n"
        "## Where to\n\nThe money goes back to the card. In Germany see [your rights](article:rights-germany), "
        "staff see [the limits](article:pb-limits)."
    ),
    tags=("refunds", "payment"),
    summary="How long a refund takes and where it goes.",
    updated=date(2026, 2, 3),
    revision=4,
)
REFUNDS_DE = replace(
    REFUNDS,
    locale="de",
    title="Wann bekomme ich mein Geld zurück?",
    text="## Dauer\n\nEine Erstattung dauert 5 bis 7 Werktage.",
    summary="Wie lange eine Erstattung dauert.",
    source_locale="en",
    source_revision=3,
    revision=2,
)
REFUNDS_AR = replace(
    REFUNDS,
    locale="ar",
    title="متى أستعيد أموالي؟",
    text="## المدة\n\nيستغرق رد المبلغ من 5 إلى 7 أيام عمل.",
    summary="مدة رد المبلغ.",
    source_locale="en",
    source_revision=4,
    revision=1,
)
RETURNS = Article(
    id="return-policy",
    slug="returns",
    title="Returns: what we take back",
    text="## What we take\n\nEverything within 30 days, with the receipt.",
    tags=("returns", "refunds"),
    summary="What can be returned and until when.",
    updated=date(2026, 1, 9),
)
RIGHTS = Article(
    id="rights-germany",
    slug="rights-germany",
    title="Your rights in Germany",
    text="You may withdraw within **fourteen** days: the Widerrufsrecht.",
    regions=("DE",),
    tags=("rights",),
    summary="The right of withdrawal.",
)
LIMITS = Article(
    id="pb-limits",
    slug="pb-limits",
    title="Refund limits for staff",
    text="Up to 200 EUR without asking the Grenzwert team.",
    audience=("agents",),
    type="playbook",
    tags=("refunds", "secrets"),
)
TENT = Article(
    id="tent",
    slug="tent",
    title="Pitching the Skarv tent",
    text="Four pegs first.",
    accounts=("fjord",),
    tags=("camping",),
)
NOTICE = Article(
    id="notice-de",
    title="For customers in Germany",
    text="The statutory warranty of **two years** stays as it is.",
    type="disclaimer",
    regions=("DE",),
    tags=("refunds",),
)
NOTICE_DE = replace(
    NOTICE,
    locale="de",
    title="Für Kunden in Deutschland",
    text="Die gesetzliche Gewährleistung von **zwei Jahren** bleibt.",
)
EVERYWHERE = Article(
    id="notice-fr", title="For customers in France", text="Prices include VAT.", type="disclaimer", regions=("FR",)
)
ARTICLES = (
    REFUNDS, REFUNDS_DE, REFUNDS_AR, RETURNS, RIGHTS, LIMITS, TENT, NOTICE, NOTICE_DE, EVERYWHERE,
)  # fmt: skip


def publish(house: House, *articles: Article) -> str:
    """Serve a release of these articles (of all the above when none is named); return its id."""
    info = house.library.build(articles or ARTICLES)
    house.library.serve(info.id)
    return info.id
