"""`python -m initatlas`: see cli.py."""

import sys

from initatlas.cli import main

sys.exit(main())
