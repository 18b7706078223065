"""Every recorded transcript of MBASIC 5.21 is reproduced to the byte."""

import pytest

from tests.transcripts.cases import Case, find_cases, run_case


@pytest.mark.parametrize("case", find_cases("lang"), ids=lambda case: case.name)
def test_program(case: Case) -> None:
    assert not (wrong := run_case(case)), "\n".join(wrong)


@pytest.mark.parametrize("case", find_cases("direct"), ids=lambda case: case.name)
def test_session(case: Case) -> None:
    assert not (wrong := run_case(case)), "\n".join(wrong)
