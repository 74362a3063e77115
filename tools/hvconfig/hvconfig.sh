#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# hvconfig from the source tree.

here=$(dirname "$(readlink -f "$0")")
PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}" exec "${PYTHON:-/usr/bin/python3}" -B -m hvconfig "$@"
