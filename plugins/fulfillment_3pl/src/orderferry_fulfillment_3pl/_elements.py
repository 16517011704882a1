"""
The elements of a 940 that this connector fills, with their lengths.

Transaction set 940 (Warehouse Shipping Order), ASC X12 release 004010: data element dictionary
(X12.3) and segment directory (X12.22).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LENGTHS", "MOST_DESCRIPTIONS", "MOST_LINES"]

LENGTHS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "W05-01": (1, 1),  # order status code
        "W05-02": (1, 22),  # depositor order number
        "W05-03": (1, 22),  # purchase order number
        "N1-02": (1, 60),  # name
        "N1-04": (2, 80),  # identification code
        "N2-01": (1, 60),  # additional name
        "N3-01": (1, 55),  # address information
        "N3-02": (1, 55),
        "N4-01": (2, 30),  # city
        "N4-02": (2, 2),  # state or province code
        "N4-03": (3, 15),  # postal code
        "N4-04": (2, 3),  # country code
        "N4-06": (1, 30),  # location identifier
        "PER-02": (1, 60),  # name
        "PER-04": (1, 80),  # communication number
        "PER-06": (1, 80),
        "N9-02": (1, 30),  # reference identification
        "NTE-02": (1, 80),  # description
        "W66-01": (2, 2),  # shipment method of payment
        "W66-02": (1, 2),  # transportation method
        "W66-05": (1, 35),  # routing
        "W66-10": (2, 4),  # standard carrier alpha code
        "W01-01": (1, 15),  # quantity ordered, digits
        "W01-02": (2, 2),  # unit
        "W01-05": (1, 48),  # product id
        "W01-07": (1, 48),
        "G69-01": (1, 45),  # free-form description
        "W76-01": (1, 15),  # quantity ordered, digits
    }
)
"""Fewest and most characters by element (of numbers: digits)."""

MOST_LINES = 99_999
"""Repetitions of the loop LX: 99999 in Bots' grammar of release 004010."""

MOST_DESCRIPTIONS = 5
"""Repetitions of G69 below a W01."""
