"""What analysts ask of a dataset: search, facets, counts, rows to read.

It may import what is below; it returns records, and knows no page and no command.
"""
