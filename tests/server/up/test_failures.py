"""What a person is told when a step fails."""

import errno
from pathlib import Path

import pytest

from server.up.failures import failed, last_words, remedy, unwritable


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("ERROR: [Errno 28] No space left on device: 'x'", "the disk is full"),
        ("npm error code ENOSPC", "the disk is full"),
        ("Retrying ... NewConnectionError\nERROR: No matching distribution found for torch==2", "could not be reached"),
        ("getaddrinfo ENOTFOUND", "could not be reached"),
        ("SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED", "a certificate was refused"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no build of torch==2.13.0 was found"),
        ("PermissionError: [Errno 13] Permission denied: '/x'", "a file could not be written"),
        ("first\n\n  Boom.\n\n", r"it failed (Boom.)."),
        ("", "it failed (without a word)."),
    ],
)
def test_the_remedy_fits_what_was_printed(output: str, said: str) -> None:
    assert said in remedy(output)
    assert "\n" not in remedy(output)


def test_a_failure_names_its_step_and_its_log() -> None:
    assert str(failed("web apps", "ENOSPC", Path("w.log"))).startswith("web apps: the disk is full.")
    assert str(failed("web apps", "ENOSPC", Path("w.log"))).endswith("The whole output is in w.log.")


def test_a_full_disk_and_a_closed_folder_are_told_apart() -> None:
    assert "the disk is full" in str(unwritable("home", OSError(errno.ENOSPC, "No space left on device", "x")))
    assert str(unwritable("home", OSError(errno.EACCES, "Permission denied", "x"))) == "home: Permission denied (x)."


def test_last_words_are_cut() -> None:
    assert last_words("a\n" + "b" * 500) == "b" * 160
