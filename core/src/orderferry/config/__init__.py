"""
The configuration: `orderferry.toml`, and the workflow file that it names.
"""

from orderferry.config._config import Config, RuntimeSettings
from orderferry.config._read import read_config
from orderferry.config._toml_schema import config_schema
from orderferry.config._workflow_schema import workflow_schema

__all__ = [
    "Config",
    "RuntimeSettings",
    "config_schema",
    "read_config",
    "workflow_schema",
]
