"""A vector of 8 doubles, one for each of 8 runs, as a type of compiled functions.

Each function here is an instruction.  It treats all lanes alike, so that the result of a lane
depends neither on its place nor on the other lanes.  Products and sums are rounded separately,
except in `fma`.  A processor with narrower registers uses several instructions for one function.
"""

import math
import operator
from collections.abc import Callable

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.extending import intrinsic, overload, register_model

__all__ = [
    "LANES",
    "ROUNDING",
    "fma",
    "offset",
    "scale_by_rounded",
    "splat",
    "square_root",
    "stack",
    "vectors",
    "where_finite",
    "where_less",
    "where_same_bits",
]

from flatminima.kernels.blocks import LANES

"""Doubles in a vector: 64 bytes, a cache line and the widest register."""

ROUNDING = 1.5 * 2.0**52
"""Adding a number to this rounds it to an integer, which is then in the lowest bits of the sum."""

DOUBLES = ir.VectorType(ir.DoubleType(), LANES)
BITS = ir.VectorType(ir.IntType(64), LANES)


class Vector(types.Type):
    """The type of a vector."""

    def __init__(self) -> None:
        super().__init__(name=f"float64x{LANES}")


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, data_model_manager, numba_type) -> None:
        super().__init__(data_model_manager, numba_type, DOUBLES)


VECTOR = Vector()
VECTORS = types.CPointer(VECTOR)


def _constant(bits: int) -> ir.Constant:
    return ir.Constant(BITS, [bits] * LANES)


# Memory


@intrinsic
def vectors(typing_context, array):
    """Return a pointer to the vectors of a float64 array, contiguous and from `aligned_empty`."""

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.bitcast(data, DOUBLES.as_pointer())

    return VECTORS(array), generate


@intrinsic
def offset(typing_context, pointer, number):
    """Return a pointer moved by a number of vectors or entries."""

    def generate(context, builder, signature, arguments):
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.intp), generate


@intrinsic
def stack(typing_context, *lengths):
    """Return a pointer to vectors that a function has for as long as it runs.

    Their number is the product of the lengths of some tuples.
    """

    def generate(context, builder, signature, arguments):
        vectors = math.prod(len(length) for length in lengths)
        room = cgutils.alloca_once(builder, ir.ArrayType(DOUBLES, vectors))
        return builder.bitcast(room, DOUBLES.as_pointer())

    return VECTORS(types.StarArgTuple(lengths)), generate


@intrinsic
def entries(typing_context, array):
    """Return a pointer to the entries of a contiguous array."""

    def generate(context, builder, signature, arguments):
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), generate


# Arithmetic


@intrinsic
def splat(typing_context, number):
    """Return a vector with a number in every lane."""

    def generate(context, builder, signature, arguments):
        undefined = ir.Constant(DOUBLES, ir.Undefined)
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        first = builder.insert_element(undefined, arguments[0], ir.Constant(ir.IntType(32), 0))
        return builder.shuffle_vector(first, undefined, lanes)

    return VECTOR(types.float64), generate


def _define_operator(symbol: Callable, instruction: str) -> None:
    @intrinsic
    def apply(typing_context, a, b):
        def generate(context, builder, signature, arguments):
            return getattr(builder, instruction)(*arguments)

        return VECTOR(VECTOR, VECTOR), generate

    @overload(symbol)
    def choose(a, b):
        if a == VECTOR and b == VECTOR:
            return lambda a, b: apply(a, b)
        if a == VECTOR and isinstance(b, types.Number):
            return lambda a, b: apply(a, splat(float(b)))
        if b == VECTOR and isinstance(a, types.Number):
            return lambda a, b: apply(splat(float(a)), b)
        return None


_define_operator(operator.add, "fadd")
_define_operator(operator.sub, "fsub")
_define_operator(operator.mul, "fmul")
_define_operator(operator.truediv, "fdiv")


@intrinsic
def fma(typing_context, a, b, c):
    """Return a b + c, rounded once."""

    def generate(context, builder, signature, arguments):
        function_type = ir.FunctionType(DOUBLES, [DOUBLES] * 3)
        function = cgutils.get_or_insert_function(
            builder.module, function_type, f"llvm.fma.v{LANES}f64"
        )
        return builder.call(function, arguments)

    return VECTOR(VECTOR, VECTOR, VECTOR), generate


@intrinsic
def square_root(typing_context, x):
    """Return the square roots, correctly rounded."""

    def generate(context, builder, signature, arguments):
        function_type = ir.FunctionType(DOUBLES, [DOUBLES])
        function = cgutils.get_or_insert_function(
            builder.module, function_type, f"llvm.sqrt.v{LANES}f64"
        )
        return builder.call(function, arguments)

    return VECTOR(VECTOR), generate


# Choices


@intrinsic
def where_less(typing_context, x, y, a, b):
    """Return a in the lanes where x < y, else b (also where x or y is NaN)."""

    def generate(context, builder, signature, arguments):
        x, y, a, b = arguments
        return builder.select(builder.fcmp_ordered("<", x, y), a, b)

    return VECTOR(VECTOR, VECTOR, VECTOR, VECTOR), generate


@intrinsic
def where_finite(typing_context, x, a, b):
    """Return a in the lanes where x is finite, else b."""
    infinity = 0x7FF << 52

    def generate(context, builder, signature, arguments):
        x, a, b = arguments
        exponent = builder.and_(builder.bitcast(x, BITS), _constant(infinity))
        return builder.select(builder.icmp_signed("!=", exponent, _constant(infinity)), a, b)

    return VECTOR(VECTOR, VECTOR, VECTOR), generate


@intrinsic
def where_same_bits(typing_context, x, y, a, b):
    """Return a in the lanes where x and y have the same bits, else b."""

    def generate(context, builder, signature, arguments):
        x, y = (builder.bitcast(argument, BITS) for argument in arguments[:2])
        return builder.select(builder.icmp_signed("==", x, y), *arguments[2:])

    return VECTOR(VECTOR, VECTOR, VECTOR, VECTOR), generate


# Powers of two


@intrinsic
def scale_by_rounded(typing_context, x, shifted):
    """Return x 2^n where shifted = `ROUNDING` + n; x and the result must be normal numbers.

    The exponent is stored above the 52 bits of the fraction, where n is added to it.  A result of
    exactly 2^1024 becomes infinity.
    """

    def generate(context, builder, signature, arguments):
        x, shifted = (builder.bitcast(argument, BITS) for argument in arguments)
        return builder.bitcast(builder.add(x, builder.shl(shifted, _constant(52))), DOUBLES)

    return VECTOR(VECTOR, VECTOR), generate
