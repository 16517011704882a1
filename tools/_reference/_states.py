"""
The states of an export, drawn from the table of transitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import hypot

from orderferry.connectors import ExportState
from orderferry.exports import FAILED, PENDING, RECEIVED, TRANSITIONS, Transition

from ._markdown import code, match_texts, table

__all__ = ["diagram", "state_diagram", "transitions"]

_WIDTH, _HEIGHT = 130, 40
_BEND = 26.0
_PLACES: Mapping[ExportState, tuple[int, int]] = {
    ExportState.QUEUED: (85, 110),
    ExportState.SKIPPED: (330, 40),
    ExportState.SENDING: (330, 230),
    ExportState.ACCEPTED: (580, 90),
    ExportState.ACKNOWLEDGED: (790, 40),
    ExportState.RETRYING: (85, 360),
    ExportState.DEAD: (330, 450),
    ExportState.UNKNOWN: (580, 360),
    ExportState.REJECTED: (790, 230),
}
_OPENING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 870 490" role="img" '
    'aria-labelledby="states-title" style="font:14px sans-serif;background:white" '
    'stroke="#222" fill="none">'
)
_MARKER = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
    'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#222" stroke="none"/>'
    "</marker></defs>"
)


def state_diagram() -> str:
    """
    The states and their transitions as SVG without the page's styles.

    Each arrow has a title with the transition's condition.
    """
    match_texts(ExportState, dict.fromkeys(_PLACES, "placed"), "diagram")
    parts = [
        _OPENING,
        '<title id="states-title">The states of an export and their transitions</title>',
        _MARKER,
        '<rect width="870" height="490" fill="white" stroke="none"/>',
        *(_arrow(transition) for transition in TRANSITIONS),
        *(_box(state) for state in ExportState),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def diagram(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The image, with an alternative text that names all transitions.
    """
    (image,) = arguments
    targets_of: dict[str, list[str]] = {}
    for transition in TRANSITIONS:
        targets_of.setdefault(transition.source.value, []).append(transition.target.value)
    steps = "; ".join(f"{source} to {', '.join(targets)}" for source, targets in targets_of.items())
    return f"![The states of an export and their transitions: {steps}]({image})\n"


def _box(state: ExportState) -> str:
    x, y = _PLACES[state]
    dashes = ' stroke-dasharray="5 3"' if state in PENDING else ""
    width = 3 if state in FAILED else 1.5
    return (
        f'<g><rect x="{x - _WIDTH // 2}" y="{y - _HEIGHT // 2}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" rx="{20 if state in RECEIVED else 4}" '
        f'fill="white" stroke-width="{width}"{dashes}/><text x="{x}" y="{y + 5}" '
        f'text-anchor="middle" stroke="none" fill="#222">{state.value}</text></g>'
    )


def _arrow(transition: Transition) -> str:
    """
    A curve with space for one in the other direction.
    """
    (x1, y1), (x2, y2) = _PLACES[transition.source], _PLACES[transition.target]
    length = hypot(x2 - x1, y2 - y1)
    middle = (
        (x1 + x2) / 2 - (y2 - y1) / length * _BEND,
        (y1 + y2) / 2 + (x2 - x1) / length * _BEND,
    )
    start, end = _edge((x1, y1), middle), _edge((x2, y2), middle)
    source, target = transition.source.value, transition.target.value
    title = escape(f"{source} to {target}: {transition.when}")
    path = (
        f"M{start[0]:.1f} {start[1]:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    )
    head = f'<path d="{path}" stroke-width="1.2" marker-end="url(#arrow)">'
    return f"{head}<title>{title}</title></path>"


def _edge(centre: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """
    The point where the line from a box's centre leaves the box.
    """
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    scales = [half / abs(d) for half, d in ((_WIDTH / 2, dx), (_HEIGHT / 2, dy)) if d]
    scale = min(scales)
    return centre[0] + dx * scale, centre[1] + dy * scale


def transitions(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    The transitions as a table.
    """
    return table(("From", "To", "When"), _rows())


def _rows() -> Iterator[tuple[str, str, str]]:
    for state in ExportState:
        outgoing = [t for t in TRANSITIONS if t.source is state]
        for index, transition in enumerate(outgoing):
            source = code(state.value) if index == 0 else "&nbsp;"
            yield source, code(transition.target.value), transition.when
        if not outgoing:
            yield code(state.value), "-", "final"
