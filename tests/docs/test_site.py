"""
The site's links work, and it loads nothing from other servers.
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


def test_linked_pages_exist(site: Site) -> None:
    """
    The pages to which other sites link exist.
    """
    assert set() == MUST_BE - set(site.pages)


def test_every_link_within_leads_somewhere(site: Site) -> None:
    """
    Every link within the site leads to an existing page and anchor.
    """
    assert sum(len(page.links) for page in site.pages.values()) > 100
    assert [] == sorted(set(site.broken()))


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    """
    The site loads no fonts, scripts, styles or images from other servers.
    """
    loaded = {resource for page in site.pages.values() for resource in page.loaded}

    assert loaded
    assert [] == sorted(resource for resource in loaded if "//" in resource)


def test_every_page_is_in_the_contents(site: Site) -> None:
    """
    The first page's sidebar links to each page, or to the list of connectors that does.
    """
    index = {link.partition("#")[0] for link in site.pages["index.html"].links}
    inner = {
        f"reference/{link.partition('#')[0]}"
        for link in site.pages["reference/connectors.html"].links
    }

    assert [] == [name for name in site.pages if name not in {"index.html", *index, *inner}]
