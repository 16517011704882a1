"""
The orderferry connector for SAP S/4HANA: sales orders over OData v2 (`API_SALES_ORDER_SRV`).
"""

from orderferry_erp_sap._connector import SapConnector
from orderferry_erp_sap._settings import SapSettings

__all__ = ["SapConnector", "SapSettings"]
