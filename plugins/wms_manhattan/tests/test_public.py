"""
The public names, which packages and configurations depend on.
"""

import orderferry_wms_manhattan
from orderferry_wms_manhattan import simulator


def test_public_names_are_these() -> None:
    """
    Nothing is added to or taken from the public names by accident, and each is there.
    """
    assert ["Grant", "ManhattanConnector", "ManhattanSettings"] == orderferry_wms_manhattan.__all__
    assert ["Answer", "ManhattanSimulator"] == simulator.__all__
    assert all(hasattr(orderferry_wms_manhattan, name) for name in orderferry_wms_manhattan.__all__)
    assert all(hasattr(simulator, name) for name in simulator.__all__)
