"""
A stand-in for a tenant of Manhattan Active Warehouse Management, for tests and demonstrations.
"""

from orderferry_wms_manhattan.simulator._server import Answer
from orderferry_wms_manhattan.simulator._simulator import ManhattanSimulator

__all__ = ["Answer", "ManhattanSimulator"]
