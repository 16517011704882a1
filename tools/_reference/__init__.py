"""
The pages that are generated from the code.

A template in `docs/_templates` has blocks `generated`, with the name of a generator and its
arguments. The body of a block has texts that are not in the code, as lines `name: text`. A name
that is only in the code or only in the body is an error.
"""

from ._blocks import GENERATORS, render
from ._pages import NOTE, find_outdated, render_pages

__all__ = ["GENERATORS", "NOTE", "find_outdated", "render", "render_pages"]
