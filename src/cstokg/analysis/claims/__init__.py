"""Who claims what, chosen by speaker, matter, stance and source, and where claims stand apart.

`records` reads them, `choice` chooses, `disputes` sets sides against each other, `answer` tells.
"""
