"""
Hearing whatever a process says.
"""

from __future__ import annotations

import logging
import sys
import warnings

from orderferry.testing.trials._observation import listening


def test_all_that_is_said_is_heard() -> None:
    """
    Output, warnings, and loggers that would say nothing, or tell nobody.
    """
    quiet = logging.getLogger("orderferry_heard.quiet")
    quiet.setLevel(logging.CRITICAL)
    closed = logging.getLogger("orderferry_heard.closed")
    closed.propagate = False

    with listening() as heard:
        print("on the output")  # noqa: T201 - this is what must be heard
        sys.stderr.write("on the error output")
        quiet.debug("quietly %s", "said")
        closed.info("closed", extra={"field": "with a field"})
        warnings.warn("a warning", UserWarning, stacklevel=1)

    texts = " | ".join(text for _, text in heard.texts)
    for said in ("on the output", "on the error output", "quietly said", "with a field"):
        assert said in texts
    assert ("a UserWarning", "a warning") in heard.texts


def test_loggers_are_afterwards_as_they_were() -> None:
    """
    Level, handlers, and whether logging is disabled.
    """
    logger = logging.getLogger("orderferry_heard.restored")
    logger.setLevel(logging.ERROR)
    handler = logging.NullHandler()
    logger.addHandler(handler)
    level = logging.root.level

    with listening():
        pass

    assert (logging.ERROR, [handler]) == (logger.level, logger.handlers)
    assert level == logging.root.level
