"""The dataset in the formats of other people's tools: networks, databases, nanopublications.

One module a format, each with a function from a QueryService to bytes. It may import what is below.
"""
