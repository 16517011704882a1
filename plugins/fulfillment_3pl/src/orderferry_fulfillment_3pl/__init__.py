"""
The orderferry connector for third-party fulfilment: ANSI X12 940 files over SFTP.
"""

from orderferry_fulfillment_3pl._characters import CharacterSet, Delimited, Outside
from orderferry_fulfillment_3pl._connector import ThreePlConnector
from orderferry_fulfillment_3pl._lines import line_references
from orderferry_fulfillment_3pl._settings import ThreePlSettings
from orderferry_fulfillment_3pl._x12 import Usage

__all__ = [
    "CharacterSet",
    "Delimited",
    "Outside",
    "ThreePlConnector",
    "ThreePlSettings",
    "Usage",
    "line_references",
]
