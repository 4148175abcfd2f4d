"""Eight numbers as one value of a compiled program: `load` and `store`, arithmetic, and the functions of expressions.

Numba, which is optional, is imported here: only programs import this. The compiler keeps such a value in one register
where the processor has registers of that length, in several elsewhere. Nothing is left to its judgement, be it of loops
or of products in sums that it might round once or twice: the same text gives the same bits wherever it is put in.
"""
# ruff: noqa: ANN001, ANN201, ANN202, ANN204, ARG001 - numba reads the arguments' kinds, and llvmlite has no types
# pyright: basic, reportCallIssue=false
# Nor has numba any that a checker could read: an intrinsic is called without the typing context it is defined with.

from __future__ import annotations

import math
import operator

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel.models import PrimitiveModel
from numba.extending import intrinsic, overload, register_model

LANES = 8
VECTOR = ir.VectorType(ir.DoubleType(), LANES)


class Lanes(types.Type):
    """The type of eight numbers side by side."""

    def __init__(self):
        super().__init__(name="Lanes")


lanes = Lanes()


@register_model(Lanes)
class LanesModel(PrimitiveModel):
    """How the compiler sees them: a vector."""

    def __init__(self, manager, kind):
        super().__init__(manager, kind, VECTOR)


def _place(context, builder, kind, array, index):
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), VECTOR.as_pointer())


@intrinsic
def load(_typing, array, index):
    """The eight numbers from an index of a flat array on."""

    def generate(context, builder, signature, args):
        found = builder.load(_place(context, builder, signature.args[0], *args))
        found.align = 8
        return found

    return lanes(array, types.intp), generate


@intrinsic
def store(_typing, array, index, value):
    """Writes eight numbers from an index of a flat array on."""

    def generate(context, builder, signature, args):
        made = builder.store(args[2], _place(context, builder, signature.args[0], args[0], args[1]))
        made.align = 8
        return context.get_dummy_value()

    return types.void(array, types.intp, lanes), generate


@intrinsic
def every(_typing, value):
    """The same number in every lane."""

    def generate(_context, builder, _signature, args):
        nothing = ir.Constant(VECTOR, ir.Undefined)
        first = builder.insert_element(nothing, args[0], ir.Constant(ir.IntType(32), 0))
        return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))

    return lanes(types.float64), generate


def _arithmetic(name):
    @intrinsic
    def apply(_typing, left, right):
        def generate(_context, builder, _signature, args):
            return getattr(builder, name)(*args)

        return lanes(lanes, lanes), generate

    return apply


@intrinsic
def _opposite(_typing, value):
    def generate(_context, builder, _signature, args):
        return builder.fneg(args[0])

    return lanes(lanes), generate


def _function(name, count):
    def generate(_context, builder, _signature, args):
        kind = ir.FunctionType(VECTOR, [VECTOR] * count)
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{LANES}f64"), args)

    if count == 1:

        @intrinsic
        def one(_typing, value):
            return lanes(lanes), generate

        return one

    @intrinsic
    def two(_typing, left, right):
        return lanes(lanes, lanes), generate

    return two


@intrinsic
def fused(_typing, a, b, c):
    """The sum a b + c in each lane, rounded once."""

    def generate(_context, builder, _signature, args):
        kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f64"), args)

    return lanes(lanes, lanes, lanes), generate


def fma(a, b, c):
    """The sum a b + c in each lane, rounded once; each of them eight numbers, or one for all."""


def wide(value):
    """Eight numbers as they are; one number in every lane."""


@overload(fma)
def _fma(a, b, c):
    return lambda a, b, c: fused(wide(a), wide(b), wide(c))


@overload(wide)
def _wide(value):
    return (lambda value: value) if value is lanes else (lambda value: every(float(value)))


@intrinsic
def if_less(_typing, a, b, x, y):
    """In each lane x where a < b, else y."""

    def generate(_context, builder, _signature, args):
        return builder.select(builder.fcmp_ordered("<", args[0], args[1]), args[2], args[3])

    return lanes(lanes, lanes, lanes, lanes), generate


def _for_lanes(operation, applied):
    """Lets an operation of Python take two Lanes, or one and a number."""

    @overload(operation)
    def chosen(left, right):
        if left is lanes and right is lanes:
            return lambda left, right: applied(left, right)
        if left is lanes and isinstance(right, types.Number):
            return lambda left, right: applied(left, every(float(right)))
        if right is lanes and isinstance(left, types.Number):
            return lambda left, right: applied(every(float(left)), right)
        return None


def _for_one(operation, applied):
    @overload(operation)
    def chosen(value):
        return (lambda value: applied(value)) if value is lanes else None


for _operation, _name in (("add", "fadd"), ("sub", "fsub"), ("mul", "fmul"), ("truediv", "fdiv")):
    _for_lanes(getattr(operator, _operation), _arithmetic(_name))
_for_lanes(max, _function("maxnum", 2))
_for_lanes(min, _function("minnum", 2))
_for_lanes(math.pow, _function("pow", 2))
exp, fabs = _function("exp", 1), _function("fabs", 1)
_for_one(math.exp, exp)
_for_one(math.log, _function("log", 1))
_for_one(math.sqrt, _function("sqrt", 1))
_for_one(operator.neg, _opposite)
