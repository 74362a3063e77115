# SPDX-License-Identifier: GPL-2.0
"""System tests that an architecture can't run, and why: the only place for that.

Keys are files of ci/system without their suffix, or such a file and a test in it.
"""

INAPPLICABLE: dict[str, dict[str, str]] = {
    "arm64": {},
    "x86": {
        "test_smoke::test_linux_runs_at_el1_with_the_stub_at_el2": "of arm64 alone",
    },
}
