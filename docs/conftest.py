"""
The examples of the pages, run as tests by `tests.docs.reader`.

`tests/e2e/test_operations.py` runs those of the page for operators.
"""

from sybil import Sybil

from tests.docs.reader import PARSERS, begin, end

pytest_collect_file = Sybil(
    parsers=PARSERS, pattern="*.md", exclude="operations.md", setup=begin, teardown=end
).pytest()
