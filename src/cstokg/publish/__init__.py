"""The dataset for others: exports, releases, the documentation of the ontology.

It may import what is below.
"""
