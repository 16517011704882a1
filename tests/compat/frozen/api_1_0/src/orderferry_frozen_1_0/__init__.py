"""
A connector made for hook API 1.0.
"""

from orderferry_frozen_1_0._connector import FrozenConnector
from orderferry_frozen_1_0._settings import FrozenSettings

__all__ = ["FrozenConnector", "FrozenSettings"]
