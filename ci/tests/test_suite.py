# SPDX-License-Identifier: GPL-2.0
"""Which tests run in which machines, together or alone."""

from board import BOARDS
from suite import guessed_time, jobs_of


def test_a_file_has_a_machine_of_its_own() -> None:
    jobs = jobs_of(BOARDS["x86"], False, ())
    assert len(jobs) > 10 and all(len(job.files) == 1 for job in jobs)
    assert not any(job.files[0].stem == "test_vmx" for job in jobs)
    assert [job.brief for job in jobs_of(BOARDS["arm64"], False, ["life"])] == [0, 1]


def test_all_share_one_that_boots_for_long() -> None:
    board = BOARDS["x86-vmx"]
    for everything, names in ((False, board.files), (True, board.all_files)):
        (job,) = jobs_of(board, everything, ())
        assert {file.stem for file in job.files} == {f"test_{name}" for name in names}
        assert job.brief is not everything
    others = jobs_of(BOARDS["x86"], False, ())
    assert guessed_time(job) > max(map(guessed_time, others))
    (one,) = jobs_of(board, False, ["smoke"])
    assert [file.stem for file in one.files] == ["test_smoke"]
    assert not jobs_of(board, False, ["kexec"])
