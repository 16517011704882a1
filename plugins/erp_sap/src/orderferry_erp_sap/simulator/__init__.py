"""
A simulator of SAP's `API_SALES_ORDER_SRV`, for tests and demonstrations.
"""

from orderferry.testing.http_simulator import Answer
from orderferry_erp_sap.simulator._simulator import SapSimulator

__all__ = ["Answer", "SapSimulator"]
