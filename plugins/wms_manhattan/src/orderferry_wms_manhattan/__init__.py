"""
The orderferry connector for Manhattan Active Warehouse Management: original orders over REST.
"""

from orderferry_wms_manhattan._connector import ManhattanConnector
from orderferry_wms_manhattan._settings import Grant, ManhattanSettings

__all__ = ["Grant", "ManhattanConnector", "ManhattanSettings"]
