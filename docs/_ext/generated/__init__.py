"""
A Sphinx extension: parts of pages that are written from the code when Sphinx reads them.

A page has a block `generated`, with the name of what is wanted and its arguments. Where the code
does not say it all, the block's body does, a line `name: text` each; a name that the code lacks, or
has and the body does not, ends the build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._blocks import GENERATORS, replaced
from ._commands import all_commands, command_anchor
from ._configuration import configuration_tables, workflow_objects
from ._errors import error_anchor, error_classes
from ._hooks import hook_anchor, specifications
from ._json import DOCUMENTS, keys_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__all__ = [
    "DOCUMENTS",
    "GENERATORS",
    "all_commands",
    "command_anchor",
    "configuration_tables",
    "error_anchor",
    "error_classes",
    "hook_anchor",
    "keys_of",
    "replaced",
    "setup",
    "specifications",
    "workflow_objects",
]


def setup(app: Sphinx) -> ExtensionMetadata:
    """
    What Sphinx calls.
    """
    app.connect("source-read", _read)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _read(app: Sphinx, name: str, content: list[str]) -> None:
    content[0] = replaced(content[0])
