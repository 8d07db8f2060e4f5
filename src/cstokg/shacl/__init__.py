"""SHACL: the dataset, a file or a posted graph against the shapes.

It may import the ground, `store`, `rdf` and `dataset`.
"""
