"""The dynamic model: enzymes made and lost under a perpetrator's own course, and a victim that they clear.

A declaration, simulated as any other. A perpetrator's system is extended by a state for every enzyme pool that is
inactivated or induced, and by a victim and its control, which have one gut and one dose:

    dE/dt  = kdeg (1 + strongest d Emax I / (EC50 + I)) - (kdeg + sum of kinact I / (KI + I)) E,   E(0) = 1
    a      = E / (1 + sum of I / Ki)                                                  in gut wall and liver
    r      = r0 (1 - sum of fm + sum of fm a_liver),   r0 = E_h / (1 - E_h)           well-stirred liver
    dA/dt  = ka G / (1 + odds a_gut) / (1 + r)  -  k0 (r / (1 + r)) / E_h A           odds = (1 - Fg) / Fg

At a constant I the ratio of areas is the static model's, whatever the extraction.

Source: fahmi_2009; yang_2008 (turnover); pang_rowland_1977 (well-stirred liver).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.mechanistic.constants import Constants

Organ = Literal["gut", "liver"]
ORGANS: Final[tuple[Organ, ...]] = ("gut", "liver")
VICTIM, CONTROL, LUMEN = "VICTIM", "CONTROL", "VICTIM_LUMEN"
"""States: the victim with the perpetrator, without it, and what both are absorbed from."""
FRACTION: Final = "1"


@dataclass(frozen=True, slots=True)
class Driver:
    """A constituent of the perpetrator: expressions of its unbound concentration (nM) in the gut wall and the liver."""

    name: str
    gut: str
    liver: str


@dataclass(frozen=True, slots=True, eq=False)
class Acting:
    """What one driver does to one enzyme in one organ."""

    driver: str
    enzyme: str
    organ: Organ
    constants: Constants


def dynamic_system(
    perpetrator: Mapping[str, Any],
    drivers: Sequence[Driver],
    acting: Sequence[Acting],
    *,
    enzymes: Sequence[str],
    gut_enzyme: str,
) -> System:
    """The system of perpetrator, enzymes and victim. `perpetrator`: its declaration, whose names drivers may use.

    `enzymes`: those that clear the victim, with a parameter FM_<enzyme> each; `gut_enzyme` also works in the gut wall.
    Parameters of the victim: GUT_ODDS, EXTRACTION, KA_VICTIM, K_VICTIM; of the enzymes KDEG_<enzyme>_<organ>. A dose
    goes to VICTIM_LUMEN. Outputs: victim, control, and activity_<enzyme>_<organ>. Raises `InputError`.

    >>> still = {"states": {"I": "nmol/L"}, "rates": {"I": "0"}, "initial": {"I": "50"}}
    >>> blocks = Acting("x", "CYP3A4", "liver", Constants(ki_nm=50.0))
    >>> system = dynamic_system(still, [Driver("x", "I", "I")], [blocks], enzymes=["CYP3A4"], gut_enzyme="CYP3A4")
    >>> list(system.states), "FM_CYP3A4" in system.parameters
    (['I', 'VICTIM_LUMEN', 'VICTIM', 'CONTROL'], True)
    """
    _check(drivers, acting, enzymes)
    pools = {place: [item for item in acting if (item.enzyme, item.organ) == place] for place in _places(acting)}
    turned = [place for place, found in pools.items() if any(_turns(item.constants) for item in found)]
    content = {key: dict(perpetrator.get(key, {})) for key in _PARTS}
    for item in drivers:
        content["assignments"] |= {_at(item.name, "gut"): item.gut, _at(item.name, "liver"): item.liver}
    for place, found in pools.items():
        _add_pool(content, place, found, turns=place in turned)
    _add_victim(content, enzymes, gut_enzyme, set(pools))
    return System.of({"name": "enzymes under a perpetrator, and a victim", "time_unit": "h", **content})


def parameters_of(acting: Iterable[Acting]) -> dict[str, Floats | float]:
    """The values of the parameters that `dynamic_system` gave what acts; what does nothing has none."""
    found: dict[str, Any] = {}
    for item in acting:
        known = item.constants
        found |= {_named("KI_REV", item): known.ki_nm} if known.reversible else {}
        if known.inactivates:
            found |= {_named("KI", item): known.inactivator_nm, _named("KINACT", item): known.kinact_per_h}
        if known.induces:
            found |= {
                _named("EC50", item): known.ec50_nm,
                _named("EMAX", item): known.emax,
                _named("D", item): known.scale,
            }
    return found


def activity_output(enzyme: str, organ: Organ) -> str:
    """The output that is an enzyme's activity over usual."""
    return f"activity_{enzyme}_{organ}"


_PARTS: Final = ("states", "parameters", "covariates", "assignments", "rates", "initial", "entries", "outputs")
_Place = tuple[str, Organ]
_UNITS: Final = {"KI_REV": "nmol/L", "KI": "nmol/L", "KINACT": "1/h", "EC50": "nmol/L", "EMAX": FRACTION, "D": FRACTION}


def _places(acting: Sequence[Acting]) -> list[_Place]:
    return list(dict.fromkeys((item.enzyme, item.organ) for item in acting))


def _turns(known: Constants) -> bool:
    return known.inactivates or known.induces


def _at(driver: str, organ: Organ) -> str:
    return f"I_{driver}_{organ}"


def _named(kind: str, item: Acting) -> str:
    return f"{kind}_{item.driver}_{item.enzyme}_{item.organ}"


def _add_pool(content: dict[str, dict[str, Any]], place: _Place, found: Sequence[Acting], *, turns: bool) -> None:
    """One enzyme in one organ: its state where it turns over, and its activity."""
    enzyme, organ = place
    pool, activity = f"POOL_{enzyme}_{organ}", f"ACT_{enzyme}_{organ}"
    for name in parameters_of(found):
        kind = next(kind for kind in sorted(_UNITS, key=len, reverse=True) if name.startswith(f"{kind}_"))
        content["parameters"][name] = {"value": 1.0, "unit": _UNITS[kind]}
    reversible = [f"{_at(item.driver, organ)}/{_named('KI_REV', item)}" for item in found if item.constants.reversible]
    content["assignments"][activity] = f"{pool if turns else '1'}/(1{''.join(f' + {term}' for term in reversible)})"
    content["outputs"][activity_output(*place)] = {"expression": activity, "unit": FRACTION}
    if not turns:
        return
    lost = [f" + {_effect('KINACT', 'KI', item)}" for item in found if item.constants.inactivates]
    gains = [f"{_named('D', item)}*{_effect('EMAX', 'EC50', item)}" for item in found if item.constants.induces]
    gained = f" + {_strongest(gains)}" if gains else ""
    kdeg = f"KDEG_{enzyme}_{organ}"
    content["parameters"][kdeg] = {"value": 0.02, "unit": "1/h"}
    content["states"][pool] = FRACTION
    content["initial"][pool] = "1"
    content["rates"][pool] = f"{kdeg}*(1{gained}) - ({kdeg}{''.join(lost)})*{pool}"


def _effect(size: str, half: str, item: Acting) -> str:
    free = _at(item.driver, item.organ)
    return f"{_named(size, item)}*{free}/({_named(half, item)} + {free})"


def _strongest(terms: Sequence[str]) -> str:
    """The greatest of several expressions."""
    return terms[0] if len(terms) == 1 else f"max({terms[0]}, {_strongest(terms[1:])})"


def _add_victim(
    content: dict[str, dict[str, Any]], enzymes: Sequence[str], gut_enzyme: str, pools: set[_Place]
) -> None:
    units = {"GUT_ODDS": FRACTION, "EXTRACTION": FRACTION, "KA_VICTIM": "1/h", "K_VICTIM": "1/h"}
    units |= {f"FM_{name}": FRACTION for name in enzymes}
    content["parameters"] |= {name: {"value": _START.get(name, 0.0), "unit": unit} for name, unit in units.items()}
    # What each enzyme loses, and not what it keeps: a share of nothing then changes no digit.
    lost = "".join(f" - FM_{name}*(1 - ACT_{name}_liver)" for name in enzymes if (name, "liver") in pools)
    gut = f"ACT_{gut_enzyme}_gut" if (gut_enzyme, "gut") in pools else "1"
    content["assignments"] |= {
        "R_CONTROL": "EXTRACTION/(1 - EXTRACTION)",
        "R_VICTIM": f"R_CONTROL*(1{lost})",
        "IN_VICTIM": f"KA_VICTIM*{LUMEN}/(1 + GUT_ODDS*{gut})/(1 + R_VICTIM)",
        "IN_CONTROL": f"KA_VICTIM*{LUMEN}/(1 + GUT_ODDS)/(1 + R_CONTROL)",
    }
    content["states"] |= {LUMEN: FRACTION, VICTIM: FRACTION, CONTROL: FRACTION}
    content["rates"] |= {
        LUMEN: f"-KA_VICTIM*{LUMEN}",
        VICTIM: f"IN_VICTIM - K_VICTIM*R_VICTIM/(1 + R_VICTIM)/EXTRACTION*{VICTIM}",
        CONTROL: f"IN_CONTROL - K_VICTIM*{CONTROL}",
    }
    content["entries"][LUMEN] = {}
    content["outputs"] |= {name.lower(): {"expression": name, "unit": FRACTION} for name in (VICTIM, CONTROL)}


_START: Final = {"GUT_ODDS": 0.0, "EXTRACTION": 0.3, "KA_VICTIM": 1.0, "K_VICTIM": 0.1}


def _check(drivers: Sequence[Driver], acting: Sequence[Acting], enzymes: Sequence[str]) -> None:
    names = [item.name for item in drivers]
    faults = [
        Fault(f"acting.{item.driver}", item.driver, f"one of the drivers {', '.join(names)}", "Add the driver.")
        for item in acting
        if item.driver not in names
    ]
    faults += [
        Fault("name", name, "letters, digits and _", "Rename it.")
        for name in (*names, *enzymes, *(item.enzyme for item in acting))
        if not re.fullmatch(r"\w+", name, re.ASCII)
    ]
    if faults:
        raise InputError("dynamic model", faults)
