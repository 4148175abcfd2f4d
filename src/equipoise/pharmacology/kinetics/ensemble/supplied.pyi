# What a generated program supplies to the functions of `walk` and `search`.

from equipoise.model.schedule import Floats

LANES: int
STATES: int
CONTROLLED: int
NAMES: int
OUTPUTS: int
MOST_GROWTH: float
MOST_CYCLES: int
MOST_DOUBLINGS: int
NOT_STEADY: int
NO_STAGE: int
TO_STOP: int
TO_END: int

FIRST_OP: int
END_OP: int
STEPS_AT: int
STEPS_STRIDE: int
VALUES_AT: int
VALUES_STRIDE: int
EPOCH_AT: int
EPOCHS: int

RUN: int
WRITE: int
BOLUS: int
RATE: int
RESET: int
STEADY: int
STEADY_RATE: int

RUNNING: int
SUBJECT: int
OP: int
END: int
ROW: int
LEFT: int
DONE: int
WRITTEN: int
FAILURE: int
STAGE: int
ADDS: int
TARGET_STATE: int
CYCLE: int
CYCLES: int

T: int
T_NEW: int
H: int
H_NEXT: int
H_JUMP: int
CAP: int
ERROR: int
BASE: int
GAP: int
TARGET: int
LIVE: int
FINE: int
LAST: int
FRESH: int
JUMPED: int
ARRIVED: int
FAILED: int
TAKEN: int
REFUSED: int
SEARCH_T: int
DOSE: int
FLOW: int
FLOW_TIME: int
INTERVAL: int
PHASE: int
LENGTH: int
CHANGE: int
RATIO: int

Y: int
F: int
Y_NEW: int
F_NEW: int
STAGED: int
ATOL: int
INPUT: int
KEPT: int
KEPT_INPUT: int
BEFORE: int
ORIGIN: int
BEGIN: int
VALUE: int
OUT: int

def factor(error: float) -> float: ...
def step(w: Floats, rtol: float) -> None: ...
def slopes(w: Floats) -> None: ...
def hoist(w: Floats) -> None: ...
def initial(w: Floats) -> None: ...
def report(w: Floats) -> None: ...
