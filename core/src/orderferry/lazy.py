"""
Names of a package that are loaded when they are first asked for.

A package of which callers need a few names each imports none of its modules by itself::

    if TYPE_CHECKING:
        from orderferry.exports._clock import Backoff, Clock
    else:
        __getattr__, __dir__ = lazy_names(__name__, {"_clock": ("Backoff", "Clock")})

Type checkers and editors read the imports, Python the table; a test compares the two.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

__all__ = ["lazy_names"]


def lazy_names(
    package: str, modules: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """
    The functions `__getattr__` and `__dir__` of a package (PEP 562).

    Args:
        package: The package's name.
        modules: Its public names, by the module that defines them: an absolute name, or one below
            the package.
    """
    places = {name: module for module, names in modules.items() for name in names}

    def load(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = places[name]
        if "." not in module:
            module = f"{package}.{module}"
        value = getattr(import_module(module), name)
        setattr(sys.modules[package], name, value)
        return value

    return load, lambda: sorted(places)
