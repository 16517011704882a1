"""
The pages, sections and links of the built site.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from attrs import define, field, frozen

_LOADED = {"link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src"}


@frozen
class Section:
    """
    A section of a page.

    Attributes:
        codes: The code in it and in its sub-sections.
        text: Its whole text.
    """

    codes: frozenset[str]
    text: str


@define
class Page(HTMLParser):
    """
    A page.

    Attributes:
        path: The path of its file.
        ids: The ids of its elements, to which a link may lead.
        links: The targets of its links.
        loaded: The resources that a browser loads for it.
        sections: Its sections by id.
    """

    path: Path
    ids: set[str] = field(factory=set)
    links: list[str] = field(factory=list)
    loaded: list[str] = field(factory=list)
    sections: dict[str, Section] = field(factory=dict)
    _open: list[tuple[str | None, list[str], list[str]]] = field(factory=list)
    _code: list[str] | None = None

    def __attrs_post_init__(self) -> None:
        """
        Parse the page.
        """
        HTMLParser.__init__(self)
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """
        Record an element's id, link and resource.
        """
        attributes = {name: value or "" for name, value in attrs}
        if "id" in attributes:
            self.ids.add(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if attributes.get(_LOADED.get(tag, "")):
            self.loaded.append(attributes[_LOADED[tag]])
        if tag == "code":
            self._code = []
        if tag == "section":
            self._open.append((attributes.get("id"), [], []))

    def handle_data(self, data: str) -> None:
        """
        Add text to every open section.
        """
        if self._code is not None:
            self._code.append(data)
        for _, _, texts in self._open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """
        Close a piece of code or a section.
        """
        if tag == "code" and self._code is not None:
            for _, codes, _ in self._open:
                codes.append("".join(self._code))
            self._code = None
        if tag == "section":
            name, codes, texts = self._open.pop()
            if name is not None:
                self.sections[name] = Section(frozenset(codes), " ".join("".join(texts).split()))


@frozen
class Site:
    """
    The pages, by their path below the site's folder.
    """

    folder: Path
    pages: dict[str, Page]

    @classmethod
    def read(cls, folder: Path) -> Site:
        """
        Read a built site.
        """
        pages = {
            str(path.relative_to(folder)): Page(path)
            for path in sorted(folder.rglob("*.html"))
            if not path.name.startswith(("genindex", "search"))
        }
        return cls(folder, pages)

    def section(self, page: str, name: str) -> Section:
        """
        A section of a page.
        """
        return self.pages[page].sections[name]

    def broken(self) -> Iterator[str]:
        """
        Find links within the site whose target does not exist.
        """
        for name, page in self.pages.items():
            for link in page.links:
                path, _, anchor = link.partition("#")
                if "://" in link or link.startswith("mailto:"):
                    continue
                target = (page.path.parent / path if path else page.path).resolve()
                if not target.is_relative_to(self.folder.resolve()):
                    yield f"{name}: {link}"
                    continue
                address = str(target.relative_to(self.folder.resolve()))
                ids = self.pages[address].ids if address in self.pages else {anchor}
                if not target.is_file() or (anchor and anchor not in ids):
                    yield f"{name}: {link}"
