"""The web application: a SPARQL endpoint, linked data and pages.

It is handed a query service and never parses a file. It may import all packages but `cli`.
`application` makes it, `server` runs it.
"""
