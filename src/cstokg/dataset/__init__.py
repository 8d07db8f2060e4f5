"""The dataset: built from files, described, kept between runs, changed.

It may import the ground, `store` and `rdf`.
What checks a dataset or shows it is above.
"""
