"""
The pages that are written from the code.

A template in `docs/_templates` has blocks `generated`, with the name of what is wanted and its
arguments. Where the code does not say it all, the block's body does, a line `name: text` each; a
name that the code lacks, or has and the body does not, is an error.
"""

from ._blocks import GENERATORS, replaced
from ._pages import NOTE, outdated, written_pages

__all__ = ["GENERATORS", "NOTE", "outdated", "replaced", "written_pages"]
