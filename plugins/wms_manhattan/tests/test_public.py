"""
The public names.
"""

import orderferry_wms_manhattan
from orderferry_wms_manhattan import simulator


def test_public_names_are_these() -> None:
    """
    The public names are exactly these, and each one is defined.
    """
    assert ["Grant", "ManhattanConnector", "ManhattanSettings"] == orderferry_wms_manhattan.__all__
    assert ["Answer", "ManhattanSimulator"] == simulator.__all__
    assert all(hasattr(orderferry_wms_manhattan, name) for name in orderferry_wms_manhattan.__all__)
    assert all(hasattr(simulator, name) for name in simulator.__all__)
