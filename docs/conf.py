"""
The site: Sphinx, MyST and furo; `make docs` builds it.

What Sphinx reads here are names of this module, so they have no docstrings of their own.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

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
