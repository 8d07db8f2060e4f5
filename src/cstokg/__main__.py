"""`python -m cstokg` is the same as `cstokg`."""

from cstokg.cli import main

if __name__ == "__main__":
    main()
