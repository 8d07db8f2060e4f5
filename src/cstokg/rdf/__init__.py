"""RDF as files: dates in EDTF, Turtle read and written, source locations, JSON-LD, comparison.

It may import the ground (errors, namespaces, settings, formats) and `store`.
It knows nothing of the project's own files.
"""
