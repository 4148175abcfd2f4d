"""Geometry of the pictures: everything on the paper, in proportion, in order."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.model.finding import Burden, BurdenPart, Magnitude
from equipoise.model.terms import Answer, Effect
from equipoise.report.burden_chart import burden_chart
from equipoise.report.canvas import LAYOUTS, LINE, WIDE, Layout
from equipoise.report.forest import laid_out
from equipoise.report.ratio_forest import Ratio, forest, ratios


def _size(estimate: float, low: float, high: float, **more: Any) -> Magnitude:
    return Magnitude(estimate=estimate, interval=(low, high), kind="predicted", **more)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_nothing_to_show_gives_no_picture(layout: Layout) -> None:
    """Without a size or a burden there is no picture, not an empty frame."""
    assert forest((), layout) is None
    assert burden_chart((), layout) is None
    assert (
        burden_chart((Burden(effect=Effect.QT, parts=(BurdenPart(label="x", points=0),), severity=None),), layout)
        is None
    )


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_axis_is_logarithmic(layout: Layout) -> None:
    """Equal ratios have equal lengths: from 1 to 2 as far as from 0.5 to 1."""
    picture = forest((Ratio("a", _size(1.0, 0.5, 2.0)),), layout)
    assert picture is not None
    row = picture.rows[0]
    assert row.high - row.x == pytest.approx(row.x - row.low, abs=0.02)
    assert row.x == pytest.approx(picture.one)


def test_axis_grows_with_the_data() -> None:
    """The axis spans 0.5 to 2 at least, grows to the next tick, and ends at 0.1 and 20."""
    spans = {
        (1.0, 0.9, 1.1): (0.5, 2.0),
        (1.39, 0.3, 4.0): (0.2, 5.0),
        (0.01, 0.001, 80.0): (0.1, 20.0),
    }
    for values, domain in spans.items():
        picture = forest((Ratio("a", _size(*values)),), WIDE)
        assert picture is not None
        assert picture.domain == domain


@pytest.mark.parametrize(("estimate", "edge"), [(0.01, "low"), (80.0, "high")])
def test_far_estimate_is_marked_beyond_the_axis(estimate: float, edge: str) -> None:
    """An estimate outside the axis is marked as beyond it on its side, and its figure is still printed."""
    picture = forest((Ratio("a", _size(estimate, estimate / 2, estimate * 2)),), WIDE)
    assert picture is not None
    row = picture.rows[0]
    assert row.beyond == edge
    assert (row.cut_low, row.cut_high) == (edge == "low", edge == "high")
    assert row.place.value.startswith("0.010" if edge == "low" else "80")


def test_bound_outside_the_axis_is_not_drawn() -> None:
    """A ceiling beyond the axis gets no mark, because its mark would name a false place."""
    picture = forest((Ratio("a", _size(1.4, 1.2, 1.6, floor=1.4, ceiling=90.0)),), WIDE)
    assert picture is not None
    assert picture.rows[0].ceiling is None
    assert picture.rows[0].floor == pytest.approx(picture.rows[0].x)


def test_ratios_are_sorted_by_estimate(build: Any) -> None:
    """The largest ratio comes first, equal ones by label, and findings without a size are left out."""
    found = [
        build.finding("a/a", title="b", magnitude=_size(1.0, 0.9, 1.1)),
        build.finding("a/b", title="c", magnitude=_size(3.0, 2.0, 4.0), answer=Answer.UNKNOWN),
        build.finding("a/c", title="a", magnitude=_size(1.0, 0.9, 1.1)),
        build.finding("a/d", title="none"),
    ]
    assert [(item.label, item.settled) for item in ratios(found)] == [("c", False), ("a", True), ("b", True)]


sizes = st.tuples(
    st.floats(0.001, 500),
    st.floats(0.01, 1),
    st.floats(1, 100),
    st.none() | st.floats(0.001, 500),
    st.none() | st.floats(0.001, 500),
).map(lambda parts: _size(parts[0], parts[0] * parts[1], parts[0] * parts[2], floor=parts[3], ceiling=parts[4]))
labels = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300)


@given(st.lists(st.builds(Ratio, labels, sizes), min_size=1, max_size=12), st.sampled_from(LAYOUTS))
def test_everything_stays_on_the_paper(items: list[Ratio], layout: Layout) -> None:
    """Whatever the sizes and labels, every mark lies inside the picture and the rows run downwards."""
    picture = forest(items, layout)
    assert picture is not None
    assert 0 <= picture.box.left < picture.box.right <= layout.width
    for row in picture.rows:
        assert picture.box.left <= row.low <= row.x <= row.high <= picture.box.right
        assert all(
            picture.box.left <= mark <= picture.box.right for mark in (row.floor, row.ceiling) if mark is not None
        )
        assert picture.box.top <= row.place.y <= picture.box.bottom <= picture.box.height
        assert 1 <= len(row.place.label) <= 3
    heights = [row.place.y for row in picture.rows]
    assert heights == sorted(set(heights))
    assert all(math.isfinite(tick.x) for tick in picture.box.across)


@given(st.lists(labels, min_size=1, max_size=12), st.sampled_from(LAYOUTS))
def test_words_of_a_forest_never_overlap(names: list[str], layout: Layout) -> None:
    """In every forest picture a row's words end above those of the next, and above the axis."""
    box, places = laid_out([(name, "1.39") for name in names], layout, ())
    first = [place.label_y for place in places]
    last = [max(place.label_y + LINE * (len(place.label) - 1), place.value_y) for place in places]
    assert all(end + LINE <= start for end, start in zip(last, first[1:], strict=False))
    assert last[-1] < box.bottom < box.height


parts = st.builds(
    BurdenPart,
    label=st.text(min_size=1, max_size=40).filter(str.strip),
    points=st.integers(0, 3),
    is_adjunct=st.booleans(),
)
burdens = st.builds(
    Burden,
    effect=st.sampled_from(list(Effect)),
    parts=st.lists(parts, min_size=1, max_size=30).map(tuple),
    severity=st.none(),
)


@given(st.lists(burdens, max_size=8), st.sampled_from(LAYOUTS))
def test_bars_are_in_proportion(items: list[Burden], layout: Layout) -> None:
    """A bar's length is its points times one unit, the adjunct stands last, and no bar leaves the picture."""
    chart = burden_chart(items, layout)
    if chart is None:
        assert all(burden.points == 0 for burden in items)
        return
    lengths: list[float] = []
    for row in chart.rows:
        points = sum(segment.points for segment in row.segments)
        last = row.segments[-1]
        lengths.append(last.x + last.width)
        assert last.x + last.width - 1 == pytest.approx(points * chart.unit, abs=0.02)
        assert last.x + last.width <= layout.width
        flags = [segment.is_adjunct for segment in row.segments]
        assert flags == sorted(flags)
    assert [round(length, 1) for length in lengths] == sorted((round(length, 1) for length in lengths), reverse=True)


def test_same_point_has_the_same_length_in_each_row() -> None:
    """Bars can be compared across effects."""
    three = Burden(effect=Effect.QT, parts=(BurdenPart(label="x", points=3),), severity=None)
    one = Burden(effect=Effect.LIVER, parts=(BurdenPart(label="y", points=1),), severity=None)
    chart = burden_chart((one, three), WIDE)
    assert chart is not None
    assert [row.title for row in chart.rows] == ["QT prolongation", "Liver injury"]
    assert chart.rows[0].segments[0].width == pytest.approx(3 * chart.rows[1].segments[0].width, abs=0.02)
