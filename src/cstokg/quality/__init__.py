"""Checks of the hand-kept files: lint, the reasoner, competency questions, evidence.

It may import the ground, `store`, `rdf`, `dataset` and `shacl`.
"""
