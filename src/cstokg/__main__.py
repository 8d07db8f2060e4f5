"""`python -m cstokg` is the same as `cstokg`."""

from __future__ import annotations

from cstokg.cli import main

if __name__ == "__main__":
    main()
