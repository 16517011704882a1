"""
Tests of the public names of the room.
"""

from orderferry import config


def test_the_public_names_are_these() -> None:
    """
    The names that other rooms use are pinned.
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
