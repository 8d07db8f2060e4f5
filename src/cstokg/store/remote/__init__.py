"""Another SPARQL 1.1 server as the store.

What is asked goes to it over HTTP, in a process that can be killed (`execution`). It may import
`store`, and be imported by its own name.
"""
