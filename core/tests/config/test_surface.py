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
        "TomlFile",
        "config_schema",
        "read_config",
        "read_toml_file",
        "workflow_schema",
    ] == sorted(config.__all__)
