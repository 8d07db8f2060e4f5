"""The protocols: SPARQL 1.1 query and update, the graph store, SHACL, the service description.

It may import `web.http` and `web.ops`.
"""
