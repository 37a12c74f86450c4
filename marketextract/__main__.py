"""`python -m marketextract` is the command line."""

import sys

from marketextract.cli import main

if __name__ == "__main__":
    sys.exit(main())
