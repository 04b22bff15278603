"""What is claimed of networks whose output is divided by gamma.

"Paper" is Atanasov, Meterez, Simon and Pehlevan 2024, arXiv:2410.04642, as far as its abstract
says.
"""
