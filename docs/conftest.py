"""
The examples of the pages, which `tests.docs.reader` runs as tests.

`tests/e2e/test_operations.py` runs the examples of `operations.md`.
"""

from sybil import Sybil

from tests.docs.reader import PARSERS, begin, end

pytest_collect_file = Sybil(
    parsers=PARSERS, pattern="*.md", exclude="operations.md", setup=begin, teardown=end
).pytest()
