"""
The names on a page that the code does not have.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from .block_names import PRINTED, in_blocks
from .commands import command_named, command_paths, option_faults, words_faults
from .foreign_names import FOREIGN
from .page import ROOT, PageSource, Sentence
from .places import texts_of, variables
from .vocabulary import (
    CONNECTORS,
    ROOMS,
    VARIABLES,
    attributes_of,
    configuration_keys,
    core_names,
    core_values,
    distributions,
    json_keys,
    json_name,
    order_fields,
    plugin_words,
    private_members,
    public,
    resolves,
    settings_of,
    tables,
)

__all__ = ["unknown_names"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHAPED = re.compile(r"[a-z0-9]_[a-z0-9]|[a-z][A-Z]")
_PATH = re.compile(
    r"[\w.*{}<>$~-]*/[\w.*{}<>/-]*|[\w.*-]*\.(db|ini|json|py|toml|md|txt|edi|tmp|db-\w+)"
)
_DOTTED = re.compile(r"[A-Za-z_]\w*(\[\])?([.:][A-Za-z_]\w*(\[\])?)+(\(.*\))?")
_TABLE = re.compile(r"\[+(?P<table>\w[\w.]*)\]+(?: (?P<key>\w+))?")
_MODULE = re.compile(r"(?:\S*/)?python -m ([\w.]+)")
_ASSIGNED = re.compile(r"(?P<key>[a-z_]+) = \S.*")


def unknown_names(page: PageSource, foreign: Iterable[str] = FOREIGN) -> list[str]:
    """
    Find the names on a page that the code does not have.

    Args:
        page: The page.
        foreign: Names that belong to other software.

    Returns:
        A message for each.
    """
    faults = [*in_blocks(page)]
    own = page.words().union(foreign)
    for sentence in page.sentences():
        for span in sentence.spans:
            if span not in own and span not in core_names() and "…" not in span:
                faults += _in_span(span, sentence, page, own)
    return list(dict.fromkeys(faults))


def _in_span(
    span: str, sentence: Sentence, page: PageSource, own: Collection[str]
) -> Iterator[str]:
    if span.startswith("-"):
        yield from _lone_option(span, sentence)
    elif command_named(span) is not None:
        yield from words_faults(span.split())
    elif (table := _TABLE.fullmatch(span)) is not None:
        yield from _in_table(table["table"], table["key"], span)
    elif (assigned := _ASSIGNED.fullmatch(span)) is not None:
        known = configuration_keys().union(*map(settings_of, CONNECTORS)) | core_names()
        if assigned["key"] not in known:
            yield f"no key {assigned['key']}: {span}"
    elif _DOTTED.fullmatch(span) and not _PATH.fullmatch(span):
        yield from _dotted(span, page)
    elif page.plugin or not _PATH.fullmatch(span):
        yield from _in_words(span, page, own)


def _in_table(table: str, key: str | None, span: str) -> Iterator[str]:
    """
    Look up the header of a table of `orderferry.toml`, and the key that is named with it.
    """
    known = {**tables(), "connector.settings": {}}
    if table not in known:
        yield f"no table {span}"
    elif key is not None and key not in known[table]:
        yield f"no key {span}"


def _lone_option(span: str, sentence: Sentence) -> Iterator[str]:
    """
    Look up an option without a command in the sentence's commands, or the nearest one before.
    """
    here = [path for text in sentence.spans if (path := command_named(text)) is not None]
    before = [path for text in sentence.before if (path := command_named(text)) is not None]
    above = [path for text in sentence.heading if (path := command_named(text)) is not None]
    paths = here or before[-1:] or above
    for path in paths:
        yield from option_faults(path, span.split())
    if not paths:
        faults = [list(option_faults(path, span.split())) for path in command_paths()]
        if all(faults):
            yield f"no command has the option {span}"


def _dotted(span: str, page: PageSource) -> Iterator[str]:
    """
    Look up a path in Python, in the commands' JSON, in the order, or in a target's document.
    """
    head = re.split("[.:]", span.partition("(")[0])
    first, *rest = parts = [part.removesuffix("[]") for part in head]
    kind = public().get(VARIABLES.get(first, first))
    if "[]" in span or page.name == PRINTED:
        known = json_keys() | order_fields() | _page_words(page)
    elif first in ROOMS and first not in VARIABLES:
        if not resolves(["orderferry", *parts]):
            yield f"no name {span}"
        return
    elif first.startswith("orderferry"):
        if not resolves(parts) and span not in distributions():
            yield f"no name {span}"
        return
    elif isinstance(kind, type):
        yield from _of_class(first, kind, rest, page)
        return
    else:
        known = core_names() | _page_words(page)
    for part in parts:
        if part not in known and not part.isupper():
            yield f"no name {part}: {span}"


def _of_class(name: str, kind: type, rest: list[str], page: PageSource) -> Iterator[str]:
    """
    Look up a member of a class, in Python's or JSON's spelling, and the names after it.
    """
    members = attributes_of(kind) | {json_name(attribute) for attribute in attributes_of(kind)}
    if page.name == "docs/house.md":
        members |= private_members(name)
    span = ".".join([name, *rest])
    if rest[0] not in members:
        yield f"{name} has no {rest[0]}: {span}"
    # The names below an order's properties and unknown fields are chosen by the order's author.
    for part in rest[1:] if page.plugin is None else []:
        if part not in core_names():
            yield f"no name {part}: {span}"


def _page_words(page: PageSource) -> frozenset[str]:
    if page.name == "CONTRIBUTING.md":
        return texts_of(ROOT / "core/tests/effort.py")
    return plugin_words(page.plugin) if page.plugin else frozenset()


def _in_words(span: str, page: PageSource, own: Collection[str]) -> Iterator[str]:
    """
    Look up a single word or a path of words; of several words, only those shaped like a name.
    """
    if span in core_values() or span in distributions():
        return
    if (module := _MODULE.match(span)) is not None:
        if not (ROOT / f"{module[1].replace('.', '/')}.py").exists() and not resolves([module[1]]):
            yield f"no module {module[1]}"
        return
    alone = re.fullmatch(r"[A-Za-z_]\w*(/[A-Za-z_]\w*)*", span) is not None
    for word in _NAME.findall(span):
        shaped = _SHAPED.search(word) is not None
        known = (
            word in variables()
            or word in core_names()
            or word in own
            or (not shaped and word in core_values())
        )
        if (alone or shaped) and not known and word not in _page_words(page):
            yield f"no name {word}: {span}" if word != span else f"no name {word}"
