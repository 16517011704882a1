"""
The configuration: `orderferry.toml`, and the workflow file that it names.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "Config",
    "RuntimeSettings",
    "config_schema",
    "read_config",
    "workflow_schema",
]

if TYPE_CHECKING:
    from orderferry.config._config import Config, RuntimeSettings
    from orderferry.config._read import read_config
    from orderferry.config._toml_schema import config_schema
    from orderferry.config._workflow_schema import workflow_schema
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_config": ("Config", "RuntimeSettings"),
            "_read": ("read_config",),
            "_toml_schema": ("config_schema",),
            "_workflow_schema": ("workflow_schema",),
        },
    )
