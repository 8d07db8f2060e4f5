"""The protocols: SPARQL 1.1 query and update, the graph store, SHACL; and what describes them.

That is the service description, VoID and examples of queries.

It may import `web.http` and `web.ops`.
"""
