"""Where the numbers of a program stand, and the names under which its text finds them."""

from __future__ import annotations

from equipoise.pharmacology.kinetics.source import LANES

# Columns of `Script.places`.
PLACES = ("FIRST_OP", "END_OP", "STEPS_AT", "STEPS_STRIDE", "VALUES_AT", "VALUES_STRIDE", "EPOCH_AT", "EPOCHS")
# Rows of whole numbers of a lane.
WHOLE = (
    *("RUNNING", "SUBJECT", "OP", "END", "ROW", "LEFT", "DONE", "WRITTEN", "FAILURE"),
    *("STAGE", "ADDS", "TARGET_STATE", "CYCLE", "CYCLES"),
)
# Rows of numbers of a lane, whatever the system.
SINGLE = (
    *("T", "T_NEW", "H", "H_NEXT", "H_JUMP", "CAP", "ERROR", "BASE", "GAP", "TARGET"),
    *("LIVE", "FINE", "LAST", "FRESH", "JUMPED", "ARRIVED", "FAILED", "TAKEN", "REFUSED"),
    *("SEARCH_T", "DOSE", "FLOW", "FLOW_TIME", "INTERVAL", "PHASE", "LENGTH", "CHANGE", "RATIO"),
)
# Rows of numbers of a lane, one for each state.
EACH_STATE = ("Y", "F", "Y_NEW", "F_NEW", "STAGED", "ATOL", "INPUT", "KEPT", "KEPT_INPUT", "BEFORE", "ORIGIN", "BEGIN")
CONSTANTS: dict[str, float] = {
    "LANES": LANES,
    "MOST_GROWTH": 6.0,
    "MOST_CYCLES": 5000,
    "MOST_DOUBLINGS": 30,
    "NOT_STEADY": 3,
    "NO_STAGE": 0,
    "TO_STOP": 1,
    "TO_END": 2,
    "FIELDS": len(WHOLE),
    **{name: i for i, name in enumerate(PLACES)},
    **{name: i for i, name in enumerate(WHOLE)},
}


class Layout:
    """Gives out rows of the array `w`; `names` is what a program calls them.

    >>> layout = Layout(states=2)
    >>> layout.names["F"] - layout.names["Y"], layout.cell("Y", 1), layout.rows("STAGE", 3) == layout.size - 24
    (16, 'load(w, 8)', True)
    """

    def __init__(self, states: int) -> None:
        self.names: dict[str, int] = {}
        self.size = 0
        for name in EACH_STATE:
            self.rows(name, states)
        for name in SINGLE:
            self.rows(name, 1)

    def rows(self, name: str, count: int) -> int:
        """The place of so many new rows under a name."""
        self.names[name] = self.size
        self.size += count * LANES
        return self.names[name]

    def cell(self, name: str, row: int = 0) -> str:
        """How a program reads a row under a name."""
        return f"load(w, {self.names[name] + row * LANES})"

    def store(self, name: str, row: int, text: str) -> str:
        """How a program writes a row under a name."""
        return f"store(w, {self.names[name] + row * LANES}, {text})"
