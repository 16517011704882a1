"""
The configuration of the site: Sphinx, MyST and furo. `make docs` builds it.

Sphinx reads the names of this module; its documentation describes them.
"""

import re
from typing import Any

project = "orderferry"
language = "en"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "_templates"]

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


def _as_myst(app: object, name: str, content: list[str]) -> None:
    """
    Convert the anchors and the table of contents from the form that a repository browser reads.
    """
    text = re.sub(r'^<a id="([\w-]+)"></a>\n\n', r"(\1)=\n", content[0], flags=re.MULTILINE)
    content[0] = re.sub(
        r"^<!-- (\{toctree\}\n.*?)^-->$", r"```\1```", text, flags=re.MULTILINE | re.DOTALL
    )


def setup(app: Any) -> dict[str, bool]:  # noqa: ANN401
    """
    Register the conversion with Sphinx.
    """
    app.connect("source-read", _as_myst)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
