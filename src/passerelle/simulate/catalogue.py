"""The invented retailer: its products, shops and web pages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from passerelle.simulate.randomness import Floats, Ints, random_stream
from passerelle.simulate.words import fold

SITE = "https://www.maison-armor.example"
PRODUCTS = 480
CUSTOMERS_PER_STORE = 12_500
_LEAST_STORES = 8
_ZIPF = 0.8  # exponent of the products' popularity; chosen

_THINGS = (
    "Marinière", "Pull marin", "Caban", "Ciré", "Robe", "Chemise", "Pantalon", "Jupe",
    "Écharpe", "Bonnet", "Sac cabas", "Bottes", "Espadrilles", "Nappe", "Bol breton", "Plaid",
)  # fmt: skip
_STUFFS = ("coton", "laine", "lin", "toile", "coton bio", "laine mérinos")
_COLOURS = ("écru", "marine", "rouge", "sable", "vert d'eau", "gris perle")
_BASE_PRICES = (3900, 8900, 18900, 12900, 6900, 5500, 6500, 4900,
                2900, 1900, 3500, 9900, 4500, 2900, 1200, 4900)  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """Products with their price and popularity, and the shops' codes."""

    product_ids: pl.Series
    labels: pl.Series
    slugs: pl.Series
    prices_cents: Ints
    weights: Floats
    stores: pl.Series
    store_weights: Floats


def make_catalogue(seed: int, customers: int) -> Catalogue:
    """Invent the range and as many shops as the customers need."""
    rng = random_stream(seed, "catalogue")
    number = np.arange(PRODUCTS)
    thing = number % len(_THINGS)
    stuff = number // len(_THINGS) % len(_STUFFS)
    colour = number // (len(_THINGS) * len(_STUFFS)) % len(_COLOURS)
    labels = [
        f"{_THINGS[t]} {_STUFFS[s]} {_COLOURS[c]}"
        for t, s, c in zip(thing, stuff, colour, strict=True)
    ]
    base = np.asarray(_BASE_PRICES)[thing]
    stores = max(_LEAST_STORES, customers // CUSTOMERS_PER_STORE)
    return Catalogue(
        product_ids=pl.Series([f"P{n:05d}" for n in number]),
        labels=pl.Series(labels),
        slugs=pl.Series([_slug(label) for label in labels]),
        prices_cents=(base * (0.8 + 0.08 * stuff)).astype(np.int64) // 100 * 100 + 90,
        weights=1 / (1 + rng.permutation(PRODUCTS)) ** _ZIPF,
        stores=pl.Series([f"M{n:03d}" for n in range(1, stores + 1)]),
        store_weights=rng.gamma(2.0, 1.0, stores),
    )


def _slug(label: str) -> str:
    return fold(label).lower().replace("'", "-").replace(" ", "-")
