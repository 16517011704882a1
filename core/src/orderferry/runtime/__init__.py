"""
Puts the objects together.
"""

from orderferry.runtime._check import check
from orderferry.runtime._ferry import Ferry
from orderferry.runtime._findings import CheckFinding, CheckState
from orderferry.runtime._preview import placed_properties, preview

__all__ = ["CheckFinding", "CheckState", "Ferry", "check", "placed_properties", "preview"]
