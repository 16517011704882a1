"""
The site: Sphinx, MyST and furo; `make docs` builds it.

What Sphinx reads here are names of this module, so they have no docstrings of their own.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

sys.path[:0] = [str(ROOT / "docs" / "_ext"), str(ROOT)]

project = "orderferry"
language = "en"
extensions = ["myst_parser", "generated"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "_ext"]

myst_heading_anchors = 4
myst_links_external_new_tab = False
nitpicky = True

html_theme = "furo"
html_title = "orderferry"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
smartquotes = False
pygments_style = "default"
