"""
A simulator of a tenant of Manhattan Active Warehouse Management, for tests and demonstrations.
"""

from orderferry.testing.http_simulator import Answer
from orderferry_wms_manhattan.simulator._simulator import ManhattanSimulator

__all__ = ["Answer", "ManhattanSimulator"]
