"""Compiled gradient steps of many networks: many steps per call, eight runs per vector.

``blocks`` lays out the runs, and ``batch`` is the part of a kernel that training uses.  Below them
``linear`` and ``perceptron`` contain the formulas and ``steps`` repeats them.  They are written in
terms of ``vector``, and ``compiled`` turns them into machine code that jobs share.  ``field`` is
the gradient of one run, for gradient flow.

Importing any module but ``blocks`` and ``batch`` imports Numba, which takes half a second.
"""
