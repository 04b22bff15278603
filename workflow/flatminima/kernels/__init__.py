"""Gradient steps of batches of networks, compiled: many steps a call, eight runs a vector.

``blocks`` lays runs out, ``batch`` is what training sees of a kernel; below them ``linear`` and
``perceptron`` hold the formulas, ``steps`` repeats them, ``vector`` is what they are written in,
and ``compiled`` turns them into machine code that jobs share.  ``field`` is the gradient of one
run, for gradient flow.

Importing any but ``blocks`` and ``batch`` takes the half second that Numba takes.
"""
