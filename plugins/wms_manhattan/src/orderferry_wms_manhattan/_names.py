"""
The fields of an address at Manhattan, and where the order has them.
"""

from __future__ import annotations

__all__ = ["ADDRESS_SOURCES"]

ADDRESS_SOURCES = {
    "Address1": "line1",
    "Address2": "line2",
    "City": "city",
    "Country": "countryCode",
    "Email": "email",
    "FirstName": "firstName",
    "LastName": "lastName",
    "Phone": "phone",
    "PostalCode": "postalCode",
    "State": "state",
}
"""Field of the order's address by field of `DestinationAddress`."""
