"""One version of a dataset for pages and tools: what was made of it once, and what it tells."""
