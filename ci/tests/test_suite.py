# SPDX-License-Identifier: GPL-2.0
"""ci/suite.py chooses machines and test files, and repeats failed jobs."""

import pathlib

import pytest
import suite
from machine.board import OTHER_FILES
from machine.boards import BOARDS
from suite import Job, Outcome, guessed_time, jobs_of, try_again

GOOD, BAD = Outcome(3, 0, 1.0), Outcome(2, 1, 1.0)


def test_a_file_has_a_machine_of_its_own() -> None:
    jobs = jobs_of(BOARDS["x86"], False, ())
    assert len(jobs) > 10 and all(len(job.files) == 1 for job in jobs)
    assert not any(job.files[0].stem == "test_vmx" for job in jobs)
    for key, brief in (("arm64", False), ("arm64-unkind", True)):
        job = jobs_of(BOARDS[key], False, ["life"])[0]
        assert job.brief is brief


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


def test_other_machines_run_some_files_briefly() -> None:
    board = BOARDS["arm64"]
    usual = jobs_of(board, False, ())
    assert {(job.kernel, job.cpu) for job in usual} == set(board.machines)
    assert not any(job.thorough for job in usual)
    everything = jobs_of(board, True, ())
    others = [job for job in everything if (job.kernel, job.cpu) not in board.machines]
    assert len(others) == len(OTHER_FILES) * len(board.other_machines)
    assert all(job.brief and not job.thorough for job in others)
    assert all(job.thorough for job in everything if job not in others)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> list[Job]:
    monkeypatch.setattr(suite, "LOGS", tmp_path)
    return jobs_of(BOARDS["x86"], False, ())[:4]


def test_what_failed_is_tried_again(jobs: list[Job], tmp_path: pathlib.Path) -> None:
    (file,) = jobs[2].files
    log = f"{file.stem}-{jobs[2].kernel}-{jobs[2].cpu}-1.console.log"
    (tmp_path / log).write_text("what happened first")
    tried: list[Job] = []

    def run(job: Job) -> Outcome:
        assert (tmp_path / "first" / log).read_text() == "what happened first"
        tried.append(job)
        return GOOD

    assert try_again(jobs, [GOOD, GOOD, BAD, GOOD], run) == [GOOD] * 4
    assert tried == [jobs[2]]


def test_what_fails_twice_has_failed(jobs: list[Job]) -> None:
    outcomes = [BAD, GOOD, BAD, GOOD]
    assert try_again(jobs, list(outcomes), lambda _: BAD) == outcomes


def test_much_that_failed_is_not_tried_again(jobs: list[Job]) -> None:
    outcomes = [BAD, GOOD, BAD, BAD]
    assert try_again(jobs, list(outcomes), lambda _: GOOD) == outcomes
