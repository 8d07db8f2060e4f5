"""What follows from facts by rules, kept right while facts come and go.

`clauses` reads the rules, `maintenance` follows them up. It may import what `store` may.
"""
