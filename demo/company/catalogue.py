"""What the two brands sell; the shop pages show some of these products with the same names and prices."""

from dataclasses import dataclass

LARKFIELD = "larkfield"
FJORD = "fjord"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something in the shop; `price` in cents, a bulky product is brought by a crew of two."""

    brand: str
    name: str
    price: int
    bulky: bool = False


def _of(brand: str, *lines: tuple[str, int], bulky: bool = False) -> tuple[Product, ...]:
    return tuple(Product(brand=brand, name=name, price=price, bulky=bulky) for name, price in lines)


PRODUCTS: tuple[Product, ...] = (
    *_of(
        LARKFIELD,
        ("Lumen floor lamp", 8900),
        ("Lumen table lamp", 5490),
        ("Dusk pendant light, opal glass", 7900),
        ("Wren desk lamp, brass", 6490),
        ("Forge cast-iron casserole, 4.5 l", 11900),
        ("Forge skillet, 28 cm", 6900),
        ("Kiln stoneware plates, set of 4", 4490),
        ("Kiln stoneware bowls, set of 4", 3990),
        ("Brook glass carafe, 1 l", 2000),
        ("Pour-over coffee set", 4250),
        ("Grain oak serving board", 2990),
        ("Harrow chef's knife, 20 cm", 7450),
        ("Tide wool throw, oat", 4900),
        ("Fold linen tea towels, set of 3", 1890),
        ("Sill herb planter, terracotta", 2450),
        ("Nook reading chair, moss", 22900),
        ("Alder side table", 10990),
        ("Aria chair, night blue", 13900),
        ("Aria chairs, set of 2, natural", 25900),
        ("Ladder wall shelf, oak", 12900),
        ("Cove bedside table", 8450),
    ),
    *_of(
        LARKFIELD,
        ("Alder dining table, 180 cm", 54900),
        ("Fjell sofa, 2-seater, stone", 99000),
        ("Fjell sofa, 3-seater, moss", 129000),
        ("Larder sideboard, walnut", 47900),
        bulky=True,
    ),
    *_of(
        FJORD,
        ("Skerry trekking backpack, 48 l", 13900),
        ("Skerry day pack, 22 l", 6900),
        ("Polar down sleeping bag", 15900),
        ("Drift inflatable mat", 7990),
        ("Cairn enamel mug, 350 ml", 1090),
        ("Cairn camp cook set", 5990),
        ("Beacon rechargeable lantern", 4490),
        ("Beacon head torch", 3450),
        ("Squall rain jacket", 11900),
        ("Fell merino base layer", 6450),
        ("Tarn steel bottle, 750 ml", 2790),
        ("Moor trekking poles, pair", 5450),
        ("Skarv tent, 2 persons", 28900),
        ("Skarv tent, 4 persons", 42900),
        ("Ember gas stove", 6990),
        ("Rest camp chair", 5900),
        ("Basin cool box, 28 l", 9900),
    ),
)

BY_NAME: dict[str, Product] = {product.name: product for product in PRODUCTS}
