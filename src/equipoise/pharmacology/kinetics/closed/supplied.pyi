# What a generated program supplies to the functions of `kernel` and `following`: values of eight numbers by lanes.py,
# numbers and the unrolled step by program.py.

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.closed.script import Script

class Lanes:
    def __add__(self, other: Lanes | float) -> Lanes: ...
    def __sub__(self, other: Lanes | float) -> Lanes: ...
    def __mul__(self, other: Lanes | float) -> Lanes: ...
    def __truediv__(self, other: Lanes | float) -> Lanes: ...
    def __neg__(self) -> Lanes: ...
    def __lt__(self, other: Lanes) -> bool: ...
    def __gt__(self, other: Lanes) -> bool: ...

def load(array: Floats, index: int) -> Lanes: ...
def store(array: Floats, index: int, value: Lanes) -> None: ...
def every(value: float) -> Lanes: ...
def if_less(a: Lanes, b: Lanes, x: Lanes, y: Lanes) -> Lanes: ...
def fma(a: Lanes | float, b: Lanes | float, c: Lanes | float) -> Lanes: ...
def exp(value: Lanes) -> Lanes: ...
def fabs(value: Lanes) -> Lanes: ...
def begin_epoch(w: Floats, script: Script, lane: int, epoch: int) -> None: ...
def begin(w: Floats, script: Script, lane: int, epoch: int) -> None: ...
def duration(script: Script, slot: int, lane: int) -> Lanes: ...
def exponential(w: Floats, to: int) -> None: ...
def change(w: Floats, script: Script, lane: int, epoch: int, code: int, a: int, b: int, c: int) -> None: ...
def reduce(table: Floats, line: int, kind: int, level: float, times: Floats) -> Lanes: ...
def run(w: Floats, table: Floats, at: int, count: int, row: int) -> None: ...
def write(w: Floats, table: Floats, row: int) -> None: ...

LANES: int
SIZE: int
STATES: int
ENTRIES: int
FULL: int
STILLS: int
LINES: int
TERMS: int
CONSTANT: int

RUN: int
WRITE: int
BOLUS: int
RATE: int
RESET: int
STEADY: int
STEADY_RATE: int
EPOCH: int

AUC: int
CMAX: int
TMAX: int
CMIN: int
CLAST: int
TIME_ABOVE: int

MATRIX: int
SCALED: int
TERM: int
OTHER: int
SCRATCH: int
STATE: int
STILL: int
FOUND: int
NEXT: int
KEPT: int
SHIFT: int
HALVINGS: int
FACTOR: int
NOW: int
SYSTEM: int
RIGHT: int
SLOTS: int

DIAGONAL: tuple[int, ...]
OWN: tuple[int, ...]
INPUT_OF: tuple[int, ...]
ROWS: tuple[int, ...]
COLUMNS: tuple[int, ...]
ENTRY_ROW: tuple[int, ...]
ENTRY_COLUMN: tuple[int, ...]
POWER_ENDS: tuple[int, ...]
POWER_LEFT: tuple[int, ...]
POWER_RIGHT: tuple[int, ...]
SQUARE_ENDS: tuple[int, ...]
SQUARE_LEFT: tuple[int, ...]
SQUARE_RIGHT: tuple[int, ...]
TOGETHER_ENDS: tuple[int, ...]
TOGETHER: tuple[int, ...]
