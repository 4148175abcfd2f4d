"""What a text or a code of a medication entry says: medicines, an adjunct, and the parts that no record describes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """What a text or a code says: medicines, an adjunct, and the parts that no record describes.

    `remarks`: the other words of a sentence around a medicine's name ("anxiety", "stop").
    """

    medicines: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    adjunct: str | None = None
    remarks: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Everything in it is described."""
        return bool(self.medicines or self.adjunct) and not self.open

    @property
    def open(self) -> tuple[str, ...]:
        """All that no record describes."""
        return (*self.unknown, *self.remarks)

    def merely_remarks_on(self, medicines: Iterable[str]) -> bool:
        """A sentence about medicines that are known from elsewhere: it names no other one."""
        return bool(self.remarks) and not self.unknown and set(self.medicines) <= set(medicines) and not self.adjunct


def joined(found: Iterable[Found]) -> Found:
    """Several findings as one, each part once; the first adjunct counts.

    >>> joined([Found(("lithium",)), Found(unknown=("unobtainium",)), Found(("lithium",))])
    Found(medicines=('lithium',), unknown=('unobtainium',), adjunct=None, remarks=())
    """
    items = list(found)
    medicines = tuple(dict.fromkeys(name for item in items for name in item.medicines))
    unknown = tuple(dict.fromkeys(part for item in items for part in item.unknown))
    remarks = tuple(dict.fromkeys(remark for item in items for remark in item.remarks))
    return Found(medicines, unknown, next((item.adjunct for item in items if item.adjunct), None), remarks)
