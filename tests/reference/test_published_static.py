"""Static ratios that others published, from the inputs that they printed.

Sources: tanna_review_2023_t5 (table 5: basic model), tanna_2021 (abstract: 1.06 and 5.69), ddir_data (the guidance's
reference victim: Fg 0.57, fm 0.96; CYP3A4 lost at 0.0193 per hour in the liver and 0.03 in the gut wall).
"""

from __future__ import annotations

import pytest

from equipoise.knowledge import Knowledge
from equipoise.pharmacology.mechanistic import Constants, Present, inlet_nm, remaining_activity, static_ratio
from equipoise.screen.inhibition_published import checks

LIVER = Constants(inactivator_nm=4100.0, kinact_per_h=0.068 * 60.0)
GUT = Constants(inactivator_nm=4200.0, kinact_per_h=0.079 * 60.0)


def test_the_basic_model_gives_the_printed_table_but_for_one_figure(knowledge: Knowledge) -> None:
    """Seven of eight to their printed digits; P-gp is printed as 22 where its own formula gives 23."""
    basic = {item.record.id: item for item in checks(knowledge, knowledge.substance("kratom")) if item.record.basic}
    assert len(basic) == 8
    assert [name for name, item in basic.items() if not item.agrees] == ["r1_pgp_gut"]
    assert basic["r1_pgp_gut"].computed[0] > 22.5


def test_the_inlet_concentration_of_the_table_follows_from_its_amount() -> None:
    """39 mg at ka 0.1 per minute, 97 L/h, Fa and RB 1: 0.19 µM needs 3.1 % unbound, in the range of the records."""
    entering = 39.0 / 398.4953 * 1e6 * 6.0
    unbound = 190.0 / float(inlet_nm(81.9, entering, 1.0, 97.0))
    assert 0.02 < unbound < 0.06


def test_the_published_midazolam_ratio_is_near_but_not_reached(knowledge: Knowledge) -> None:
    """At the inlet concentration that 1.06 implies: 1.25 to 1.4 times 5.69 by our shares and rates."""
    found = {item.record.id: item for item in checks(knowledge, knowledge.substance("kratom"))}
    midazolam = found["static_midazolam"]
    assert midazolam.agrees is False
    assert midazolam.inlet_nm is not None
    assert midazolam.inlet_nm[0] == pytest.approx(67.8, abs=0.1)
    assert [round(end / 5.69, 2) for end in midazolam.computed] == [1.26, 1.4]


def test_the_guidance_victim_comes_nearer_without_reaching_it() -> None:
    """Fg 0.57, fm 0.96, kdeg 0.0193: 6.6 to 7.3 at the 64 to 76 nM that 1.06 implies, as by hand.

    At 64.4 nM: A = 0.0193 / (0.0193 + 4.08 * 64.4 / 4164.4) = 0.2342, liver 3.776;
    gut 1 / (0.57 + 0.43 * 0.00716) = 1.745.
    """
    ratios = []
    for level in (64.4, 76.1):  # 1.055 and 1.065 with all of the clearance by the enzyme
        left = {"CYP3A4": remaining_activity([Present(level, LIVER)], 0.0193)}
        gut = remaining_activity([Present(30_000.0, GUT)], 0.03)
        ratios.append(float(static_ratio({"CYP3A4": 0.96}, 0.57, left, gut).ratio))
    assert [round(ratio, 1) for ratio in ratios] == [6.6, 7.3]
    assert ratios[0] == pytest.approx(3.776 * 1.745, rel=1e-3)
    assert min(ratios) > 5.69


def test_a_static_model_without_inactivation_would_have_missed_it() -> None:
    """As its authors say: reversible inhibition alone leaves midazolam's liver as it is."""
    left = remaining_activity([Present(70.0, Constants(ki_nm=10_000.0))], 0.0193)
    assert float(static_ratio({"CYP3A4": 0.96}, 1.0, {"CYP3A4": left}).ratio) < 1.01
