"""
The configuration: `orderferry.toml` and its workflow file.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "Config",
    "RuntimeSettings",
    "TomlFile",
    "config_schema",
    "read_config",
    "read_toml_file",
    "workflow_schema",
]

if TYPE_CHECKING:
    from orderferry.config._config import Config, RuntimeSettings
    from orderferry.config._toml import TomlFile, read_toml_file
    from orderferry.config._toml_schema import config_schema
    from orderferry.config._workflow import read_config
    from orderferry.config._workflow_schema import workflow_schema
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_config": ("Config", "RuntimeSettings"),
            "_toml": ("TomlFile", "read_toml_file"),
            "_toml_schema": ("config_schema",),
            "_workflow": ("read_config",),
            "_workflow_schema": ("workflow_schema",),
        },
    )
