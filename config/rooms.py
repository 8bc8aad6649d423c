"""Which folders of the checkout are rooms of the product (docs/architecture.md)."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
NOT_OF_THE_PRODUCT = {"tests", "bench"}


def rooms(checkout: Path = CHECKOUT) -> list[str]:
    """Return the names of the rooms, in alphabetical order."""
    return sorted({init.parent.name for init in checkout.glob("*/__init__.py")} - NOT_OF_THE_PRODUCT)
