"""What is claimed of how fast features move.

"Paper" is Chizat and Netrapalli 2023, arXiv:2311.18718, as far as its abstract says.
"""
