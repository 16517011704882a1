"""
Orders to Manhattan Active Warehouse Management, as original orders.
"""

from orderferry_wms_manhattan._connector import ManhattanConnector
from orderferry_wms_manhattan._settings import Grant, ManhattanSettings

__all__ = ["Grant", "ManhattanConnector", "ManhattanSettings"]
