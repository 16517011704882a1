"""
The names on a page outside the code that the other modules parse: files, targets of make,
environments of tox, variables, distributions, placeholders, and the languages of blocks.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from orderferry.connectors.spec import _hookspecs

from .page import ROOT, PageSource
from .vocabulary import (
    VARIABLES,
    configuration_keys,
    core_names,
    core_values,
    distributions,
    public,
)

__all__ = ["in_calls", "in_text", "texts_of", "variables"]

LANGUAGES = {"console", "diff", "json", "py", "python", "sh", "text", "toml"}
"""The languages of blocks; `py` is for signatures, and `text` for the output of programs."""

FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()}
"""The folders of the root."""

MADE = (".tox", "docs/_build")
"""Folders that a target of the Makefile creates."""

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<language>.*)$", re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_HYPHENS = re.compile(r"[a-z]+(-[a-z0-9]+)+")
_DISABLED = re.compile(r"^# ?([a-z_]+) = ", re.MULTILINE)
_EXTRA = re.compile(r"\borderferry\[(\w+)")
_PLACEHOLDER = re.compile(r"\$\{(\w+):")
_VARIABLE = re.compile(r"\bORDERFERRY_\w+\b")
_MAKE = re.compile(r"(?:^|&& |; )make ([a-z][\w-]*)")
_TOX = re.compile(r"\btox (?:run )?-e ([\w-]+)")
_EXIT = re.compile(r"\b[Ee]xit(?:s|ed)?(?: with)?(?: codes?)?(?: is)? `?(\d+)")


def in_text(page: PageSource) -> Iterator[str]:
    """
    Find unknown names in the page's text, in blocks of any language.
    """
    yield from _blocks(page.text)
    yield from _files(page)
    yield from _values(page)
    yield from _started(page)
    yield from (f"no variable {v}" for v in _VARIABLE.findall(page.text) if v not in variables())
    extras = set(re.findall(r"^(\w+) = \[", _root("core/pyproject.toml"), re.MULTILINE))
    yield from (
        f"orderferry has no extra {e}" for e in _EXTRA.findall(page.text) if e not in extras
    )
    kinds = (kind for kind in _PLACEHOLDER.findall(page.text) if kind not in {"env", "file"})
    yield from (f"no placeholder ${{{kind}:…}}" for kind in kinds)
    codes = (code for code in _EXIT.findall(page.text) if int(code) not in exit_codes())
    yield from (f"no exit code {code}" for code in codes)
    known = configuration_keys() | core_names()
    for block in page.blocks("toml"):
        disabled = (key for key in _DISABLED.findall(block.text) if key not in known)
        yield from (f"no key {key}: {key} =" for key in disabled)


def _started(page: PageSource) -> Iterator[str]:
    """
    Find unknown targets of make and environments of tox.
    """
    targets = set(re.findall(r"^([a-z-]+):", _root("Makefile"), re.MULTILINE))
    lines = [line for block in page.blocks("console", "sh") for line in block.text.splitlines()]
    for line in (*_SPAN.findall(page.text), *(line.removeprefix("$ ") for line in lines)):
        yield from (
            f"no target make {target}" for target in _MAKE.findall(line) if target not in targets
        )
    names = (name for name in _TOX.findall(page.text) if not _is_environment(name))
    yield from (f"no environment {name} of tox" for name in names)


def _values(page: PageSource) -> Iterator[str]:
    """
    Find unknown values with hyphens: guarantees, states, environments of tox.
    """
    known = core_values() | core_names()
    for span in _SPAN.findall(page.text):
        is_known = span in known | page.words() | distributions() or _is_environment(span)
        if _HYPHENS.fullmatch(span) and not is_known:
            yield f"no value {span}"
        if (only := re.search(r"--only[ =]([a-z][\w-]*)", span)) and only[1] not in known:
            yield f"no guarantee {only[1]}"


def _blocks(text: str) -> Iterator[str]:
    """
    Find blocks that no test would check.
    """
    if "<code>" in text:
        yield "code as HTML, which is not checked"
    opened = ""
    for match in _FENCE.finditer(text):
        if opened:
            opened = "" if match["fence"] == opened and not match["language"] else opened
            continue
        opened = match["fence"]
        if match["indent"] or opened != "```" or match["language"] not in LANGUAGES:
            yield f"a block that is not checked: {match[0].strip()}"


def _files(page: PageSource) -> Iterator[str]:
    """
    Find paths from the repository's root that do not exist.
    """
    for span in _SPAN.findall(page.text):
        for word in span.split():
            path = word.rstrip("/,.")
            is_own = re.fullmatch(r"[\w.*-]+(/[\w.*{}-]+)+", path) and path.split("/")[0] in FOLDERS
            if not is_own or path.startswith(MADE) or "{" in path:
                continue
            if not any(True for _ in ROOT.glob(path)):
                yield f"no file {path}"


def _is_environment(name: str) -> bool:
    factors = {part for part in name.split("-") if not re.fullmatch(r"py3\d\d", part)}
    return factors <= set(re.findall(r"\w+", _root("tox.ini")))


@cache
def _root(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def variables() -> frozenset[str]:
    """
    The environment variables that the sources, the tests and the Makefile read or set.
    """
    folders = ("benchmarks", "core/src", "core/tests", "plugins", "tests", "tools")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    here = Path(__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in sources if path.parent != here]
    return frozenset(_VARIABLE.findall("\n".join((*texts, _root("Makefile"), _root("tox.ini")))))


@cache
def texts_of(path: Path) -> frozenset[str]:
    """
    The string constants of a source file.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    values = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(value for value in values if isinstance(value, str))


@cache
def exit_codes() -> frozenset[int]:
    """
    The exit codes of the commands.
    """
    text = _root("core/src/orderferry/cli/_command.py")
    codes = re.findall(r"^[A-Z_]+ = (\d+)$", text, re.MULTILINE)
    return frozenset({0, *map(int, codes)})


def in_calls(tree: ast.Module) -> Iterator[str]:
    """
    Find hooks and parameters in Python that the code does not have.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from _hook(node)
        elif isinstance(node, ast.Call):
            yield from _call(node)


def _hook(node: ast.FunctionDef) -> Iterator[str]:
    if not any("hookimpl" in ast.unparse(decorator) for decorator in node.decorator_list):
        return
    spec = vars(_hookspecs).get(node.name)
    if not hasattr(spec, "orderferry_spec"):
        yield f"no hook {node.name}"
        return
    known = inspect.signature(spec).parameters  # type: ignore[arg-type]
    for argument in (*node.args.args, *node.args.kwonlyargs):
        if argument.arg not in {"self", *known}:
            yield f"the hook {node.name} has no argument {argument.arg}"


def _call(node: ast.Call) -> Iterator[str]:
    """
    Check the keywords of a call of a public name, or of a method if the variable's class is known.
    """
    match node.func:
        case ast.Name(name):
            thing = public().get(name)
        case ast.Attribute(ast.Name(owner), name):
            kind = public().get(VARIABLES.get(owner, owner))
            thing = inspect.getattr_static(kind, name, None)
            thing = getattr(thing, "__func__", thing)
        case _:
            return
    try:
        parameters = inspect.signature(thing).parameters  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    for keyword in node.keywords:
        if keyword.arg is not None and keyword.arg not in parameters:
            yield f"no parameter {keyword.arg}: {ast.unparse(node.func)}"
