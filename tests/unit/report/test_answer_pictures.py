"""The geometry of the pictures of an answer: what stands where, and that nothing leaves the paper."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analyse.demands import levels_taken
from equipoise.analyse.figures import plain
from equipoise.model.observations import Observations
from equipoise.model.posterior import ConfidenceSequence, Look, Posterior
from equipoise.report import answer_pictures as pictures
from equipoise.report.answer_axes import Axis, axis, round_values, steps
from equipoise.report.answer_course import course
from equipoise.report.answer_days import day_name, day_ticks
from equipoise.report.answer_ratings import rating_ticks
from equipoise.report.canvas import NARROW, WIDE, Box, Layout, Tick

NAMES = ("blocks", "daily", "taper", "watched", "item")
DIARY = Observations((1.0, 2.0, 3.0), (5.0, 6.0, 7.0))
DATES = Observations((0.0, 83.0), (5.0, 6.0), day_zero=dt.date(2025, 12, 15))
BOTH = pytest.mark.parametrize("layout", [WIDE, NARROW], ids=lambda layout: layout.name)


def _points(path: str) -> np.ndarray:
    """The corners of a path that is made of straight lines alone."""
    assert re.fullmatch(r"M[-0-9. L]+Z?", path)
    return np.array([[float(part) for part in pair.split()] for pair in path.strip("MZ").split("L")])


def _surface(path: str) -> float:
    """The area inside a path by the shoelace formula."""
    if not path:
        return 0.0
    x, y = _points(path).T
    return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2.0


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_nothing_leaves_the_paper(answers: dict[str, Posterior], name: str, layout: Layout) -> None:
    """Every corner of every curve and every mark lies inside its picture."""
    answer = answers[name]
    series, effect = course(answer, layout), pictures.density(answer, layout)
    for box, paths in (
        (series.box, (series.band, series.fit, series.levels)),
        (effect.box, (effect.curve, effect.middle, effect.small, effect.better, effect.worse)),
    ):
        corners = np.vstack([_points(path) for path in paths if path])
        assert np.all((corners[:, 0] >= 0) & (corners[:, 0] <= layout.width))
        assert np.all((corners[:, 1] >= 0) & (corners[:, 1] <= box.height))
    dots = np.array(series.dots)
    assert np.all((dots[:, 0] >= series.box.left) & (dots[:, 0] <= series.box.right))
    assert np.all((dots[:, 1] >= series.box.top) & (dots[:, 1] <= series.box.bottom))
    for mark in effect.marks:
        assert mark.start >= 0
        assert mark.start + mark.width <= layout.width


@pytest.mark.parametrize("name", NAMES)
def test_every_rating_is_a_mark_and_every_missing_one_too(answers: dict[str, Posterior], name: str) -> None:
    """As many rings as ratings, as many crosses as missing ratings; none is dropped."""
    found = course(answers[name], WIDE)
    assert len(found.dots) == answers[name].observations.n
    seen = answers[name].observations
    heights = np.array([y for _, y in found.dots])
    assert np.corrcoef(heights, seen.values[seen.observed])[0, 1] == pytest.approx(-1.0, abs=1e-4)  # y runs downwards
    assert len(found.missing) == seen.missing
    assert len(found.acting) == answers[name].observations.values.size


@pytest.mark.parametrize("name", NAMES)
def test_fitted_course_runs_inside_its_band(answers: dict[str, Posterior], name: str) -> None:
    """At every rating the curve stands within its band, half way between the edges, in step with the ratings' axis; on
    a scale with bounds the edges are not alike.
    """
    found = course(answers[name], WIDE)
    rows = answers[name].observations.values.size
    middle, edges = _points(found.fit)[:, 1], _points(found.band)[:, 1]
    upper, lower = edges[:rows], edges[rows:][::-1]
    assert np.all((upper < middle) & (middle < lower))
    even = 0.15 if answers[name].likelihood == "gaussian" else 0.1 * (lower - upper).max()
    assert middle == pytest.approx((upper + lower) / 2.0, abs=even)


def test_shaded_periods_are_what_was_taken(answers: dict[str, Posterior]) -> None:
    """Neighbouring days of one level are one period; days without it are not shaded; a taper gets paler."""
    blocks = course(answers["blocks"], WIDE).taken
    assert [span.share for span in blocks] == [1.0, 1.0]
    wide = course(answers["blocks"], WIDE).box
    tenth = (wide.right - wide.left) / 6.0
    assert [span.width for span in blocks] == pytest.approx([2 * tenth, tenth], abs=0.2)
    taper = course(answers["taper"], WIDE)
    assert [span.share for span in taper.taken] == [1.0, 0.667, 0.333]
    assert len(taper.withdrawal) == 2


def test_level_before_the_first_start_is_shaded(answers: dict[str, Posterior]) -> None:
    """Ratings before the record of what was taken stand on the level that was held before."""
    answer = answers["taper"]
    exposure = type(answer.schedule.exposure)((5.0, 20.0), (1.0, 0.0), before=1.0)
    found = course(replace(answer, schedule=replace(answer.schedule, exposure=exposure)), WIDE)
    assert found.taken[0].x == found.box.left
    assert len(found.taken) == 1


def test_rating_of_a_day_stands_in_the_middle_of_what_was_taken_on_it(answers: dict[str, Posterior]) -> None:
    """Ratings of whole days lie inside the grey of their own day, the first and the last of a period too."""
    answer = answers["blocks"]
    found, seen = course(answer, WIDE), answer.observations
    on = levels_taken(answer.schedule, seen.times_days[seen.observed]) > 0
    inside = [any(span.x + 1 < x < span.x + span.width - 1 for span in found.taken) for x, _ in found.dots]
    assert inside == on.tolist()


def test_row_in_which_nothing_was_due_has_no_cross(answers: dict[str, Posterior]) -> None:
    """A cross marks a rating that was planned and not given; a row that only says what was taken has none."""
    seen = answers["blocks"].observations
    weekly = Observations(seen.times_days, seen.values, due=seen.observed)
    assert course(replace(answers["blocks"], observations=weekly), WIDE).missing == ()


def test_lower_levels_are_told_apart_from_the_full_one(answers: dict[str, Posterior]) -> None:
    """A taper has paler periods, which the legend explains; on and off has none."""
    assert course(answers["taper"], WIDE).partly
    assert not course(answers["blocks"], WIDE).partly


@BOTH
def test_no_label_of_an_axis_is_cut(layout: Layout) -> None:
    """A label at the edge of the paper stands inwards of its tick; one with room about it stands in the middle."""
    box = Box(layout, 100, 0.0, layout.width, 0.0, 80.0, ())
    places = {2.0: "start", layout.width / 2: "middle", layout.width - 2.0: "end"}
    assert {x: box.anchor(Tick(x, "100")) for x in places} == places


@BOTH
def test_days_with_dates_are_named_by_them(layout: Layout) -> None:
    """Dates stand in even steps from the first day on, without their year, which the axis names."""
    x = Axis(-1.0, 83.5, 0.0, 845.0)
    found = day_ticks(x, DATES, layout)
    assert found[0] == Tick(x.at(0.0), "15 Dec")
    assert len({round(b.x - a.x) for a, b in pairwise(found)}) == 1
    assert found[-1].label in {"23 Feb", "9 Feb"}
    assert day_name(DATES) == "date, 2025 and 2026"
    assert [tick.label for tick in day_ticks(Axis(0.0, 3.0, 0.0, 300.0), DIARY, WIDE)][:2] == ["0", "0.25"]


def test_years_of_days_are_named_by_month_and_year() -> None:
    """Over years the axis names months with their year, no more than it has room for."""
    found = day_ticks(Axis(0.0, 3000.0, 0.0, 800.0), DATES, WIDE)
    assert [tick.label for tick in found][:2] == ["Dec 2025", "Dec 2026"]
    assert len(day_ticks(Axis(0.0, 9000.0, 0.0, 800.0), DATES, WIDE)) <= 11


def test_axis_of_yes_and_no_has_no_numbers(answers: dict[str, Posterior]) -> None:
    """Yes and no stand where 1 and 0 are; counts and answers have whole numbers only."""
    y = Axis(-0.04, 1.04, 200.0, 0.0)
    item = answers["item"]
    assert rating_ticks(y, replace(item, likelihood="binary")) == (Tick(y.at(0.0), "no"), Tick(y.at(1.0), "yes"))
    assert [tick.label for tick in rating_ticks(Axis(0.0, 2.2, 200.0, 0.0), item)] == ["0", "1", "2"]


@BOTH
def test_surfaces_are_the_probabilities(answers: dict[str, Posterior], layout: Layout) -> None:
    """The shaded share of the curve's surface is the probability that the page names."""
    for name in ("blocks", "daily", "taper"):
        found, effect = pictures.density(answers[name], layout), answers[name].effect
        whole = _surface(found.better) + _surface(found.worse) + _surface(found.middle)
        assert _surface(found.better) / whole == pytest.approx(effect.p_benefit, abs=0.01)
        assert _surface(found.worse) / whole == pytest.approx(effect.p_harm, abs=0.01)
        assert _surface(found.small) / whole == pytest.approx(effect.p_futile, abs=0.01)


def test_without_an_mcid_the_curve_is_cut_at_zero(answers: dict[str, Posterior]) -> None:
    """Nobody agreed on a size that matters: better and worse meet at no difference, and no such line is drawn."""
    found, effect = pictures.density(answers["watched"], WIDE), answers["watched"].effect
    assert found.marks == ()
    assert (found.middle, found.small) == ("", "")
    whole = _surface(found.better) + _surface(found.worse)
    assert _surface(found.better) / whole == pytest.approx(effect.p_below_zero, abs=0.01)


def test_better_side_follows_the_instrument(answers: dict[str, Posterior]) -> None:
    """Where a higher score is better, the line on the right is called better; else the one on the left."""
    assert [mark.label for mark in pictures.density(answers["daily"], WIDE).marks] == ["worse by 8", "better by 8"]
    assert [mark.label for mark in pictures.density(answers["blocks"], WIDE).marks] == ["better by 2", "worse by 2"]


@BOTH
@pytest.mark.parametrize("mcid", [0.05, 1.0, 3.0, 40.0])
def test_names_of_lines_stand_on_the_paper_and_off_each_other(
    answers: dict[str, Posterior], layout: Layout, mcid: float
) -> None:
    """However near the lines are to zero, each name stands beside its own line, and outside where there is room."""
    answer = answers["blocks"]
    found = pictures.density(replace(answer, effect=replace(answer.effect, mcid=mcid)), layout)
    left, right = found.marks
    for mark in (left, right):
        assert mark.start >= 0
        assert mark.start + mark.width <= layout.width
    assert left.x < right.x
    assert (left.anchor == "end") == (left.x - 5 - left.width >= found.box.left)
    assert (right.anchor == "start") == (right.x + 5 + right.width <= found.box.right)


@BOTH
def test_equal_differences_have_equal_lengths(layout: Layout) -> None:
    """On the linear axis of a forest picture one point is as long in every row."""
    items = [pictures.Estimate("a", 0.0, (-1.0, 1.0)), pictures.Estimate("b", 3.0, (2.0, 4.0))]
    found = pictures.forest(items, 2.0, layout)
    lengths = [row.high - row.low for row in found.rows]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.2)
    assert found.rows[0].low < found.zero == found.rows[0].x < found.rows[0].high
    assert found.rows[1].x - found.rows[0].x == pytest.approx(1.5 * lengths[0], abs=0.3)
    assert found.rows[0].first
    assert found.rows[0].place.y < found.rows[1].place.y
    assert found.mcid[0] < found.zero < found.mcid[1]


def test_bound_that_is_not_reached_has_no_edge() -> None:
    """Until a bound is reached the band runs off the picture and no line is drawn there."""
    seen = (Look(1.0, None, None, 1.0), Look(2.0, -3.0, None, 2.0), Look(3.0, -2.0, 4.0, 5.0))
    found = pictures.looks(ConfidenceSequence(0.95, seen), None, DIARY, WIDE)
    assert found is not None
    low, high = _points(found.low), _points(found.high)
    assert low[0, 0] > found.box.left
    assert high[0, 0] > low[0, 0]
    assert np.all(low[:, 1] > found.zero)
    assert np.all(high[:, 1] < found.zero)


def test_sequence_without_a_bound_has_no_picture() -> None:
    """Where nothing was refuted there is nothing to draw; the words say it."""
    assert pictures.looks(ConfidenceSequence(0.95, (Look(1.0, None, None, 1.0),)), 2.0, DIARY, WIDE) is None
    assert pictures.looks(ConfidenceSequence(0.95, why="not drawn"), 2.0, DIARY, WIDE) is None


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5), st.integers(3, 12))
def test_round_values_lie_inside_and_are_even(low: float, width: float, most: int) -> None:
    """Ticks lie inside their span, are evenly spaced, and are about as many as wanted."""
    found = round_values(low, low + width, most)
    assert len(found) <= most + 1
    assert all(low - 1e-6 * width <= value <= low + width * (1 + 1e-6) for value in found)
    gaps = np.diff(found)
    assert np.allclose(gaps, gaps[:1], rtol=1e-4)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_axis_holds_every_value(values: list[float]) -> None:
    """Every value has a place between the ends, also where all values are the same."""
    found = axis([*values, float("nan")], 10.0, 110.0)
    assert found.low < found.high
    assert all(10.0 <= found.at(value) <= 110.0 for value in values)


@given(st.floats(-1e4, 1e4))
def test_numbers_are_written_without_exponent(value: float) -> None:
    """A number of a report has a true minus, no exponent, and is right to three figures."""
    text = plain(value)
    assert "e" not in text
    assert "-" not in text
    assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.006, abs=1e-6)


def test_value_outside_the_axis_is_cut_at_its_end() -> None:
    """No mark leaves the drawing."""
    assert Axis(0.0, 1.0, 10.0, 20.0).at(7.0) == 20.0


def test_last_level_goes_on_to_the_end() -> None:
    """A step function has two corners for each level, the last one at the end of the picture."""
    edges, heights = steps(np.array([0.0, 5.0]), np.array([0.0, 1.0]), 9.0)
    assert edges.tolist() == [0.0, 5.0, 5.0, 9.0]
    assert heights.tolist() == [0.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize("name", NAMES)
def test_plot_is_one_svg_that_stands_alone(answers: dict[str, Posterior], name: str) -> None:
    """The plot parses as SVG, holds series and effect, asks for nothing, and is the same text each time."""
    text = answers[name].plot()
    root = ET.fromstring(text)  # noqa: S314 - made here
    inner = root.findall("{http://www.w3.org/2000/svg}svg")
    assert len(inner) == 2
    assert float(inner[1].attrib["y"]) + float(inner[1].attrib["height"]) <= float(root.attrib["height"])
    assert not re.search(r"<script|href=|https?://(?!www\.w3\.org/2000/svg)", text)
    assert text == answers[name].plot()


def test_notebook_shows_an_answer_and_its_plot_as_a_picture(answers: dict[str, Posterior]) -> None:
    """Both the answer itself and what `plot` gives are shown as the same SVG."""
    shown: Any = answers["blocks"]
    assert shown._repr_svg_() == shown.plot()._repr_svg_() == str(shown.plot())
