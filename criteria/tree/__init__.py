"""A criteria set as plain data: nodes, sums, checks, lineage, redline, digest. Plain Python, no Django.

``nodes`` says what a set holds; what is read, checked, compared or printed is an ``Outline``.
"""
