"""Scoring rules: data, written as an official writes them, evaluated exactly. Plain Python, no Django.

``rules`` holds what a rule is, ``notation`` reads and writes its text, ``formula`` its arithmetic, ``evaluation`` turns
declared figures into points with the derivation in words, ``examples`` runs worked examples.
"""
