"""
Loads steps by name from the entry points `orderferry.steps`, including orderferry's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orderferry.connectors import Catalogue
from orderferry.errors import LoadError
from orderferry.steps._step import Step, StepRules

__all__ = ["load_steps"]


class _Steps(Mapping[str, Step]):
    """
    Steps by key; a step is loaded when it is first read.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._loaded: dict[str, Step] = {}

    def __getitem__(self, key: str) -> Step:
        if key not in self._loaded:
            if key not in self._catalogue.names:
                raise KeyError(key)
            self._loaded[key] = _load(self._catalogue, key)
        return self._loaded[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalogue.names)

    def __len__(self) -> int:
        return len(self._catalogue.names)


def _load(catalogue: Catalogue, key: str) -> Step:
    entry = catalogue.find(key)
    subject = f"step {key} of {entry.distribution} {entry.version}"
    try:
        step: Step = entry.load()()
    except Exception as error:  # a vendor's module may fail in any way
        raise LoadError(
            f"{subject} cannot be loaded: {type(error).__name__}: {error}; fix or uninstall it",
            connector=key,
            distribution=entry.distribution,
            version=entry.version,
        ) from error
    if not isinstance(getattr(step, "rules", None), StepRules) or step.rules.key != key:
        raise LoadError(
            f"{subject} has no rules for that key; it needs `rules = StepRules(key={key!r})`",
            connector=key,
            distribution=entry.distribution,
            version=entry.version,
        )
    return step


def load_steps(catalogue: Catalogue) -> Mapping[str, Step]:
    """
    Return the steps that a workflow may use.

    Args:
        catalogue: The installed entry points of the group `orderferry.steps`.

    Returns:
        The steps by key. Reading a step loads it, and raises `LoadError` if it cannot be loaded.
    """
    return _Steps(catalogue)
