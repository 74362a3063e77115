# SPDX-License-Identifier: GPL-2.0
"""python3 -m hvconfig"""

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
