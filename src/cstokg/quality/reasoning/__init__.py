"""OWL 2 DL reasoning with HermiT, and the ontology in Python with owlready2.

It may import what `quality` may.
Java runs in a process of its own.
"""
