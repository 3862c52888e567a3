"""What Corner PC sells: computers and what goes with them, with list prices in dollars and the cost of goods."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One thing in the shop; `weight` says how often it is wanted within its category."""

    sku: str
    name: str
    category: str
    list_usd: float
    cost_share: float
    weight: float


PRODUCTS: tuple[Product, ...] = (
    Product("NB-MINI9", "Corner Mini 9", "netbook", 299, 0.81, 3),
    Product("NB-MINI10", "Corner Mini 10", "netbook", 349, 0.81, 3),
    Product("NB-MINI12", "Corner Mini 12", "netbook", 429, 0.8, 1.5),
    Product("LT-HEARTH14", "Hearth 14", "laptop", 549, 0.78, 3),
    Product("LT-HEARTH15", "Hearth 15", "laptop", 599, 0.78, 4),
    Product("LT-HEARTH17", "Hearth 17", "laptop", 749, 0.78, 2),
    Product("LT-PORCH13", "Porch 13", "laptop", 899, 0.76, 1.5),
    Product("LT-PORCH16", "Porch 16", "laptop", 1049, 0.76, 1),
    Product("LT-STUDY14", "Study 14", "laptop", 679, 0.78, 2),
    Product("DT-NOOK530", "Nook 530", "desktop", 399, 0.8, 3),
    Product("DT-NOOK545", "Nook 545", "desktop", 479, 0.8, 2),
    Product("DT-LOFT", "Loft Slim", "desktop", 549, 0.79, 2),
    Product("DT-ATTIC", "Attic Tower", "desktop", 799, 0.77, 1),
    Product("GM-FORGE", "Forge 720", "gaming", 1299, 0.74, 1),
    Product("GM-EMBER", "Ember 17", "gaming", 1499, 0.74, 0.6),
    Product("GM-SPARK", "Spark 15", "gaming", 999, 0.75, 1.2),
    Product("MN-VIEW19", "View 19", "monitor", 149, 0.79, 2),
    Product("MN-VIEW22", "View 22", "monitor", 199, 0.79, 3),
    Product("MN-VIEW24", "View 24", "monitor", 289, 0.79, 2),
    Product("MN-VIEW27", "View 27", "monitor", 399, 0.78, 0.6),
    Product("PR-INK926", "Inkwell 926", "printer", 89, 0.85, 2),
    Product("PR-LASER11", "Inkwell Laser 11", "printer", 149, 0.83, 2),
    Product("PR-LASER32", "Inkwell Laser 32", "printer", 349, 0.81, 0.6),
    Product("BZ-DESK14", "Counter 14", "business", 749, 0.77, 3),
    Product("BZ-DESK15", "Counter 15", "business", 829, 0.77, 2),
    Product("BZ-TOWER", "Counter Tower", "business", 629, 0.78, 2),
    Product("SV-SHELF105", "Shelf Server 105", "server", 599, 0.77, 2),
    Product("SV-SHELF300", "Shelf Server 300", "server", 1199, 0.76, 0.8),
    Product("AC-BAG", "Carry Bag", "accessory", 39, 0.55, 3),
    Product("AC-MOUSE", "Wireless Mouse", "accessory", 29, 0.55, 3),
    Product("AC-KEYS", "Slim Keyboard", "accessory", 45, 0.58, 1.5),
    Product("AC-DRIVE320", "Pocket Drive 320 GB", "accessory", 89, 0.7, 2),
    Product("AC-DOCK", "Desk Dock", "accessory", 129, 0.68, 1),
    Product("AC-SPEAK", "Corner Speakers", "accessory", 59, 0.62, 1.5),
    Product("AC-DVD", "Pocket DVD Writer", "accessory", 79, 0.72, 1.2),
    Product("AC-RAM2", "Memory 2 GB", "accessory", 49, 0.7, 1.5),
)
PRODUCT_INDEX: dict[str, int] = {product.sku: index for index, product in enumerate(PRODUCTS)}
CATEGORIES: tuple[str, ...] = tuple(dict.fromkeys(product.category for product in PRODUCTS))

# How people who want something spread over the categories, by the division whose shop they walk into.
WANTS: dict[str, dict[str, float]] = {
    "Outlet": {
        "netbook": 0.2,
        "laptop": 0.42,
        "desktop": 0.2,
        "monitor": 0.08,
        "gaming": 0.05,
        "printer": 0.05,
    },
    "Home": {
        "netbook": 0.2,
        "laptop": 0.42,
        "desktop": 0.16,
        "monitor": 0.08,
        "gaming": 0.07,
        "accessory": 0.07,
    },
    "Small Business": {"business": 0.56, "server": 0.2, "monitor": 0.12, "printer": 0.12},
}
BUNDLED_SKU = "AC-BAG"


def category_indices(category: str) -> list[int]:
    return [index for index, product in enumerate(PRODUCTS) if product.category == category]
