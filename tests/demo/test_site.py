"""The shop pages say what the shop sells, and fetch nothing from anywhere else."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typing_extensions import override

from demo.company.catalogue import BY_NAME
from demo.company.records import Records

SITE = Path(__file__).parents[2] / "demo" / "site"
PAGES = {"larkfield": "index.html", "fjord": "fjord.html"}
# Answered by the server itself, not by files of this folder.
SERVED = {"/widget.js", "/help", "/help?account=fjord", "/demo/", "/demo/fjord"}


class Page(HTMLParser):
    """The tags of a page and the addresses they name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps a tag."""
        self.tags.append((tag, dict(attrs)))

    @property
    def addresses(self) -> list[str]:
        """What the page links to or loads."""
        return [value for _, names in self.tags for key in ("href", "src") if (value := names.get(key))]


@pytest.fixture(params=list(PAGES), ids=list(PAGES))
def brand(request: pytest.FixtureRequest) -> str:
    """One of the two shops."""
    name: str = request.param
    return name


@pytest.fixture
def text(brand: str) -> str:
    """The page of the shop."""
    return (SITE / PAGES[brand]).read_text(encoding="utf-8")


def test_products_have_the_name_and_the_price_of_the_catalogue(brand: str, text: str) -> None:
    cards = re.findall(r'<li class="card">.*?<h3>(.*?)</h3>.*?class="price">€([\d.]+)<', text, re.DOTALL)
    assert len(cards) == 6
    for name, price in cards:
        assert BY_NAME[name].brand == brand
        assert f"{BY_NAME[name].price / 100:.2f}" == price


def test_everything_a_page_names_is_there_and_its_own(text: str) -> None:
    for address in Page(text).addresses:
        path, _, part = address.partition("#")
        if path and path not in SERVED:
            file = SITE / path.removeprefix("/demo/")
            assert path.startswith("/demo/"), address
            assert file.is_file(), address
            assert not part or f'id="{part}"' in file.read_text(encoding="utf-8"), address
        elif not path:
            assert f'id="{part}"' in text, address


@pytest.mark.parametrize("file", sorted(SITE.iterdir()), ids=lambda file: file.name)
def test_nothing_is_fetched_from_elsewhere(file: Path) -> None:
    written = file.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|//[a-z0-9-]+\.[a-z]|@import|url\(", written)


def test_a_page_works_under_a_policy_without_inline_script_and_style(text: str) -> None:
    for tag, names in Page(text).tags:
        assert tag != "style"
        assert tag != "script" or names.get("src")
        assert not {name for name in names if name == "style" or name.startswith("on")}


def test_a_page_loads_the_chat_of_its_own_brand(brand: str, text: str) -> None:
    scripts = [names for tag, names in Page(text).tags if tag == "script"]
    assert {"async": None, "src": "/widget.js", "data-account": brand} in scripts


def test_every_colour_of_a_picture_is_known_in_light_and_dark(brand: str) -> None:
    colours = set(re.findall(r"var\((--[a-z-]+)\)", (SITE / f"art-{brand}.svg").read_text(encoding="utf-8")))
    light, dark = (SITE / f"{brand}.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    used = colours | set(re.findall(r"var\((--[a-z-]+)\)", (SITE / "site.css").read_text(encoding="utf-8")))
    assert colours <= set(re.findall(r"(--[a-z-]+):", dark))
    assert used <= set(re.findall(r"(--[a-z-]+):", light))


def test_what_the_hints_ask_about_exists(records: Records) -> None:
    script = (SITE / "site.js").read_text(encoding="utf-8")
    orders = {order.number: order.customer for order in records.orders}
    invoices = {invoice.number: invoice.customer for invoice in records.invoices}
    for persona, customer in (("ana", "C-10001"), ("tom", "C-10002")):
        hints = re.search(rf"{persona}: \[(.*?)\]", script, re.DOTALL)
        assert hints is not None
        for number in re.findall(r"order (\d{5})", hints[1]):
            assert orders[number] == customer
        for number in re.findall(r"INV-\d{4}-\d{5}", hints[1]):
            assert invoices[number] == customer
        assert set(re.findall(r"C-\d{5}", hints[1])) <= {customer}
