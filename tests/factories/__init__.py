"""A small province made of real rows: see ``province``."""
