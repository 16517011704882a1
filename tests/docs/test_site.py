"""
The site hangs together, and needs no network.
"""

from __future__ import annotations

from .site import Site

MUST_BE = {
    "index.html",
    "operations.html",
    "house.html",
    "tutorial/integrator.html",
    "tutorial/vendor.html",
    "reference/json.html",
}


def test_pages_are_there(site: Site) -> None:
    """
    Those that others link to from outside.
    """
    assert set() == MUST_BE - set(site.pages)


def test_every_link_within_leads_somewhere(site: Site) -> None:
    """
    To a page, and to a place on it.
    """
    assert sum(len(page.links) for page in site.pages.values()) > 100
    assert [] == sorted(set(site.broken()))


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    """
    No fonts, scripts, styles or images of other servers.
    """
    loaded = {each for page in site.pages.values() for each in page.loaded}

    assert loaded
    assert [] == sorted(each for each in loaded if "//" in each)


def test_every_page_is_in_the_contents(site: Site) -> None:
    """
    The sidebar of the first page leads to each page, or to one that leads there.
    """
    index = {link.partition("#")[0] for link in site.pages["index.html"].links}
    inner = {
        f"reference/{link.partition('#')[0]}"
        for link in site.pages["reference/connectors.html"].links
    }

    assert [] == [name for name in site.pages if name not in {"index.html", *index, *inner}]
