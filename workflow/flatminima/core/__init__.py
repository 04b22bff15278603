"""The vocabulary of the library: kinds, columns, costs, seeds, words."""
