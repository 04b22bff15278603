"""Activation functions with their slopes, lane by lane.

Each is a compiled function of a vector z that returns f(z) and f'(z).
"""

import math

from flatminima.kernels.compiled import compiled
from flatminima.kernels.vector import ROUNDING, fma, scale_by_rounded, splat, where_less

__all__ = ["falling_logistic", "gelu_erf", "gelu_tanh", "power_of_two", "rectifier", "tanh"]

# 2^f for |f| <= 1/2: the interpolation in 12 Chebyshev nodes, in powers of f.  Its error is 4e-18.
POWER = (
    1.0,
    0.6931471805599453,
    0.24022650695910158,
    0.055504108664821625,
    0.009618129107587256,
    0.001333355814640647,
    0.00015403530463724353,
    1.5252733841556773e-05,
    1.3215432535912375e-06,
    1.0178057087733941e-07,
    7.074194297288521e-09,
    4.4558179083360645e-10,
)

# 2^f = (Q(f^2) + f P(f^2)) / (Q(f^2) - f P(f^2)) for |f| <= 1/2: P / Q is the interpolation of
# tanh(f log(2) / 2) / f in 5 Chebyshev nodes of f^2.  Its error is 2e-18.
HALF_ODD = (0.34657359027997265, 0.004624841170852369, 5.287083987433538e-06)
HALF_EVEN = (1.0, 0.05338222200402479, 0.00022893359916127377)

# (x + TAIL_SCALE) exp(x^2/2) (1 - Phi(x)) for x >= 0: the interpolation in 24 Chebyshev nodes of
# q = (x - TAIL_SCALE) / (x + TAIL_SCALE), in powers of q. Its error is 2e-17.
TAIL_SCALE = 5.0
TAIL = (
    0.769193049750063,
    -0.6653825028900568,
    0.49530561596998063,
    -0.31353315667128584,
    0.16502036617018967,
    -0.06911863870695671,
    0.02079506680331947,
    -0.002993376760347635,
    -0.0007978694284287862,
    0.0005448989774454366,
    -5.9375585163440916e-05,
    -4.976236467507681e-05,
    1.6680843519640492e-05,
    3.979457180792049e-06,
    -2.768861633372941e-06,
    -3.337060350835977e-07,
    4.334561019475754e-07,
    3.87533092243584e-08,
    -6.740161179772032e-08,
    -7.068045653980906e-09,
    9.268659037027118e-09,
    1.322102962781694e-09,
    -7.842796363635921e-10,
    -1.4191921893580604e-10,
)

LOG_2 = math.log(2)
RATE = 2 * math.sqrt(2 / math.pi)
CUBIC = 0.044715
DENSITY = 1 / math.sqrt(2 * math.pi)


@compiled
def gelu_tanh(z):
    """Return GELU in its tanh form and its slope.

    With k(z) = 2 sqrt(2/pi) (z + 0.044715 z^3) and s = 1 / (1 + exp(-k)),

        GELU = z s,    GELU' = s + z s (1 - s) k'.
    """
    square = z * z
    exponent = z * fma(splat(-RATE / LOG_2 * CUBIC), square, splat(-RATE / LOG_2))
    s = falling_logistic(exponent)
    value = z * s
    return value, fma(value * (1.0 - s), fma(splat(3 * RATE * CUBIC), square, splat(RATE)), s)


@compiled
def gelu_erf(z):
    """Return GELU in its exact form and its slope: z Phi(z) and Phi(z) + z phi(z).

    The tail 1 - Phi(|z|) is exp(-z^2/2) P(q) / (|z| + c), with a polynomial P.
    """
    zero = splat(0.0)
    size = where_less(z, zero, zero - z, z)
    exponential = power_of_two(z * z * (-0.5 / LOG_2))
    inverse = 1.0 / (size + TAIL_SCALE)
    q = fma(splat(-2 * TAIL_SCALE), inverse, splat(1.0))
    tail = exponential * (polynomial(TAIL, q) * inverse)
    distribution = where_less(z, zero, tail, 1.0 - tail)
    return z * distribution, fma(z, exponential * DENSITY, distribution)


@compiled
def rectifier(z):
    """Return max(z, 0) and its slope, 1 above zero and 0 elsewhere; NaN stays NaN."""
    zero = splat(0.0)
    return where_less(z, zero, zero, z), where_less(zero, z, splat(1.0), zero)


@compiled
def tanh(z):
    """Return tanh z = 1 - 2 / (1 + exp(2 z)) and its slope, each with an error of about 1e-16."""
    zero = splat(0.0)
    value = 1.0 - 2.0 * falling_logistic(z * (2 / LOG_2))
    # zero and NaN are neither below nor above zero and stay as they are
    value = where_less(z, zero, value, where_less(zero, z, value, z))
    return value, 1.0 - value * value


@compiled
def power_of_two(y):
    """Return 2^y: infinity from 1024 on and for NaN, and 0 below -1022."""
    shifted, fraction = split(where_less(y, splat(1024.0), y, splat(1024.0)))
    power = scale_by_rounded(polynomial(POWER, fraction), shifted)
    return where_less(y, splat(-1022.0), splat(0.0), power)


@compiled
def falling_logistic(y):
    """Return 1 / (1 + 2^y), which is 0 from 1024 on and for NaN.

    With y = n + f, |f| <= 1/2, and 2^f = (Q + f P) / (Q - f P) it is

        (Q - f P) / (Q - f P + 2^n (Q + f P)),

    which takes one division, and fewer products than a polynomial for 2^f.
    """
    lowest, highest = splat(-1000.0), splat(1024.0)
    exponent = where_less(y, highest, y, highest)
    shifted, fraction = split(where_less(lowest, exponent, exponent, lowest))
    square = fraction * fraction
    odd, even = quadratic(HALF_ODD, square), quadratic(HALF_EVEN, square)
    above, below = fma(fraction, odd, even), fma(0.0 - fraction, odd, even)
    return below / (below + scale_by_rounded(above, shifted))


@compiled
def split(y):
    """Return `ROUNDING` + n and f with y = n + f, where n is an integer and |f| <= 1/2."""
    shifted = y + ROUNDING
    return shifted, y - (shifted - ROUNDING)


@compiled
def polynomial(coefficients, x):
    """Return the sum of c_k x^k for a multiple of four coefficients, in few dependent steps."""
    square = x * x
    fourth = square * square
    last = len(coefficients) - 4
    total = cubic(coefficients, last, x, square)
    for start in range(last - 4, -4, -4):
        total = fma(total, fourth, cubic(coefficients, start, x, square))
    return total


@compiled
def quadratic(coefficients, x):
    """Return c_0 + c_1 x + c_2 x^2."""
    high = fma(splat(coefficients[2]), x, splat(coefficients[1]))
    return fma(high, x, splat(coefficients[0]))


@compiled
def cubic(coefficients, start, x, square):
    """Return the sum of c_{start + k} x^k for k = 0, 1, 2, 3."""
    high = fma(splat(coefficients[start + 3]), x, splat(coefficients[start + 2]))
    low = fma(splat(coefficients[start + 1]), x, splat(coefficients[start]))
    return fma(high, square, low)
