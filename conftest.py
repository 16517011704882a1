"""
What holds for every test of the workspace.
"""

import os

pytest_plugins = [
    "core.tests.effort",
    "core.tests.memory",
    "core.tests.postgres",
    "core.tests.databases",
]
if "ORDERFERRY_PROGRESS" in os.environ:
    pytest_plugins += ["tools.progress"]
