"""
What the room shows.
"""

from orderferry import config


def test_the_public_names_are_these() -> None:
    """
    Others build on them.
    """
    assert [
        "Config",
        "RuntimeSettings",
        "config_schema",
        "read_config",
        "workflow_schema",
    ] == sorted(config.__all__)
