"""Why a triple is in the graph, or is not, and why a row of a query's answer is so.

`rules` reads the rules of derivation, `triples` says what a triple rests on or lacks, `rows` finds
the triples of a row.
"""
