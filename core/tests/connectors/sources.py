"""
Connectors as their modules are written: whole, or broken in one place.
"""

__all__ = ["EXPORT", "source"]

HEAD = """
from attrs import define, frozen
from orderferry import Connector, ExportResult, Secret, hookimpl

@frozen
class Settings:
    token: Secret | None = None

@define(eq=False)
class TheConnector(Connector):
    Settings = Settings
    hook_api = {api}
    settings: Settings
    {methods}
"""


EXPORT = """
    @hookimpl
    def export_order(self, order):
        return ExportResult()
"""


def source(extra: str = "", export: str = EXPORT, api: str = "(1, 0)") -> str:
    """
    A connector's module.
    """
    return HEAD.format(methods=export + extra, api=api)
