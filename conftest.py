"""
What holds for every test of the workspace.
"""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["core.tests.postgres", "core.tests.databases"]
if "ORDERFERRY_PROGRESS" in os.environ:
    pytest_plugins += ["tools.progress"]

# A busy machine is no failure of the code: no deadlines. In CI the same examples each time.
settings.register_profile(
    "workspace", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("ci", settings.get_profile("workspace"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "workspace")
