"""Settings at the Ok prompt, as commands and events, and what each of them changes."""

import pytest

from mbasic.language.lister import Spelling, list_line
from mbasic.session.completion import Completer, MachineWords
from mbasic.session.engine_choice import engine_notice, takes_native
from mbasic.session.messages import (
    Event,
    RefreshSettings,
    ResetSettings,
    SetSetting,
    SettingRefusedEvent,
    SettingsChangedEvent,
    State,
)
from mbasic.session.pace import Pace
from mbasic.session.session import Session
from mbasic.settings import MemorySettingsBackend, Scope, SettingsManager
from mbasic.storage.disks import MemoryDisk
from tests.tester import Paper, Tester

OK = "Ok\n"


class Desk:
    """A session whose settings and events can be seen."""

    def __init__(self) -> None:
        self.backend = MemorySettingsBackend()
        self.settings = SettingsManager(backend=self.backend)
        self.screen = Paper()
        self.events: list[Event] = []
        self.session = self.open()

    def open(self, *, strict: bool = False) -> Session:
        self.session = Session(
            screen=self.screen,
            disk=MemoryDisk(),
            printer=Paper(),
            listener=self.events.append,
            echo=False,
            strict=strict,
            settings=self.settings,
        )
        self.session.start()
        self.screen.take()
        return self.session

    def type(self, *lines: str) -> str:
        for line in lines:
            self.session.type_keys(line.encode() + b"\r")
            while self.session.has_keys or self.session.state is State.RUNNING:
                self.session.step()
        return self.screen.take().decode("latin-1")

    @property
    def news(self) -> list[Event]:
        """The events about settings."""
        return [event for event in self.events if isinstance(event, (SettingsChangedEvent, SettingRefusedEvent))]


@pytest.fixture
def desk() -> Desk:
    return Desk()


# ---- the commands -------------------------------------------------------------------


def test_show_settings(desk: Desk) -> None:
    desk.settings.set("font_size", 20)
    desk.settings.set("theme", "dark", Scope.PROJECT)
    lines = desk.type("SHOW SETTINGS").splitlines()
    assert lines[-1] == "Ok"
    assert [line.split()[0] for line in lines[:-1]] == list(desk.settings.values())
    assert "font_size             20                global" in lines
    assert "theme                 dark              project" in lines
    assert desk.type('show settings "font*"') == "font_size             20                global\n" + OK
    assert desk.type('SHOW SETTINGS "zzz"') == "No such setting\n" + OK


def test_show_settings_tells_of_trouble(desk: Desk) -> None:
    desk.settings.notices.append("Redis cannot be reached")
    assert desk.type('SHOW SETTINGS "theme"').startswith("Redis cannot be reached\n")


@pytest.mark.parametrize("line", ['SET "theme" "dark"', 'set"THEME"dark', 'SET "theme", dark', 'SET "theme"="dark"'])
def test_set(desk: Desk, line: str) -> None:
    assert desk.type(line) == OK
    assert desk.settings.get("theme") == "dark"
    assert desk.backend.load_global() == {"theme": "dark"}
    assert desk.news == [SettingsChangedEvent("theme", "dark")]


def test_set_says_what_is_wrong(desk: Desk) -> None:
    assert desk.type('SET "font_size" 99') == 'font_size must be a whole number from 8 to 48, not "99"\n' + OK
    assert desk.type('SET "fontsize" 9') == 'There is no setting "fontsize"; did you mean font_size?\n' + OK
    assert desk.news == []


def test_set_says_that_a_project_goes_before_it(desk: Desk) -> None:
    desk.settings.set("theme", "dark", Scope.PROJECT)
    assert desk.type('SET "theme" "green"') == 'theme is "dark": so says the project\n' + OK


def test_reset_settings(desk: Desk) -> None:
    desk.type('SET "theme" "dark"', 'SET "font_size" 20')
    assert desk.type('RESET SETTINGS "theme"') == OK
    assert (desk.settings.get("theme"), desk.settings.get("font_size")) == ("light", 20)
    assert desk.type("RESET SETTINGS") == OK
    assert desk.settings.get("font_size") == 14
    assert desk.news[-1] == SettingsChangedEvent("font_size", 14)


def test_help_set(desk: Desk) -> None:
    text = desk.type('HELP SET "console_width"')
    assert "a whole number from 15 to 255; 80 now (default), 80 by default" in text
    assert desk.settings.definition("console_width").description in text
    assert 'SET "key" value' in desk.type("HELP SET")
    assert 'There is no setting "x"' in desk.type('HELP SET "x"')


def test_examples_of_help_set_are_understood(desk: Desk) -> None:
    for key in desk.settings.values():
        if key == "strict":
            continue
        example = desk.type(f'HELP SET "{key}"').split("e.g.  ")[1].splitlines()[0]
        assert desk.type(example) in (OK, "there is no native engine here; ") or "native" in example


@pytest.mark.parametrize(
    ("lines", "printed"),
    [
        (("SET=5:PRINT SET",), " 5 \nOk\n"),
        (('SET$="X":PRINT SET$',), "X\nOk\n"),
        (("SET(3)=7:PRINT SET(3)",), " 7 \nOk\n"),
        (("SHOW=5:PRINT SHOW",), " 5 \nOk\n"),
        (("SETTINGS=5:PRINT SETTINGS",), " 5 \nOk\n"),
        (("SETTLE=5:PRINT SETTLE",), " 5 \nOk\n"),
        (("RESET",), "Ok\n"),
        (("RESET:PRINT 1",), " 1 \nOk\n"),
        (("10 SET=1:SHOW=SET+1:PRINT SHOW", "RUN"), " 2 \nOk\n"),
        (("SHOW SETTINGS 5",), "Syntax error\nOk\n"),
        (('SET "theme"',), "Syntax error\nOk\n"),
        (('SET "theme" "dark":PRINT 1',), "Syntax error\nOk\n"),
        (('RESET SETTINGS "theme", 5',), "Syntax error\nOk\n"),
    ],
)
def test_programs_keep_the_words(lines: tuple[str, ...], printed: str) -> None:
    Tester().type(*lines).prints(printed)


def test_a_failing_store_is_said_and_the_session_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from mbasic.storage.session_store import StoreUnavailableError

    def refuse(*_arguments: object) -> None:
        raise StoreUnavailableError("Redis cannot be reached")

    monkeypatch.setattr(desk.backend, "change", refuse)
    assert desk.type('SET "case_style" "force_lower"') == (
        "case_style holds for this session only: Redis cannot be reached\n" + OK
    )
    assert desk.type("10 PRINT", "LIST") == "10 print\n" + OK


# ---- the same without typing --------------------------------------------------------


def test_commands_of_a_front_end(desk: Desk) -> None:
    desk.session.execute(SetSetting("font_size", 20))
    desk.session.execute(SetSetting("font_size", "enormous"))
    desk.session.execute(ResetSettings("font_size"))
    assert desk.news == [
        SettingsChangedEvent("font_size", 20),
        SettingRefusedEvent("font_size", 'font_size must be a whole number from 8 to 48, not "enormous"'),
        SettingsChangedEvent("font_size", 14),
    ]
    assert desk.screen.take() == b""


def test_what_another_changed_takes_effect_when_it_is_read_again(desk: Desk) -> None:
    SettingsManager(backend=desk.backend).set("case_style", "force_lower")
    assert desk.type("10 PRINT", "LIST") == "10 PRINT\n" + OK
    desk.session.execute(RefreshSettings())
    assert desk.news == [SettingsChangedEvent("case_style", "force_lower")]
    assert desk.type("LIST") == "10 print\n" + OK


# ---- readers ------------------------------------------------------------------------


def test_case_style_spells_what_list_shows(desk: Desk) -> None:
    desk.type('10 FOR I=1 TO 2:PRINT "FOR";LEFT$("A",I):NEXT:REM TO', "20 'NEXT")
    seen: list[str] = []
    for style in ("force_lower", "force_capitalize", "force_upper"):
        desk.type(f'SET "case_style" {style}')
        seen.append(desk.type("LIST 10").splitlines()[0])
        assert desk.type("LIST 20") == "20 'NEXT\n" + OK
    assert seen == [
        '10 for I=1 to 2:print "FOR";left$("A",I):next:rem TO',
        '10 For I=1 To 2:Print "FOR";Left$("A",I):Next:Rem TO',
        '10 FOR I=1 TO 2:PRINT "FOR";LEFT$("A",I):NEXT:REM TO',
    ]


def test_case_style_does_not_change_what_is_saved(desk: Desk) -> None:
    saved: list[bytes] = []
    desk.type("10 PRINT 1")
    for style in ("force_lower", "force_upper"):
        desk.type(f'SET "case_style" {style}', 'SAVE "P",A')
        saved.append(desk.session.machine.disk.read(b"P.BAS"))
    assert saved[0] == saved[1]
    assert list_line(10, desk.session.machine.program.body(10) or b"", Spelling.LOWER) == b"10 print 1"


@pytest.mark.parametrize(
    ("conflict", "found"),
    [("first_wins", ["counter"]), ("upper", ["COUNTER"]), ("lower", ["counter"]), ("error", [])],
)
def test_case_conflict_decides_what_completion_offers(desk: Desk, conflict: str, found: list[str]) -> None:
    desk.type("10 COUNTER=1", f'SET "case_conflict" {conflict}')
    completer = Completer(MachineWords(desk.session.machine), settings=desk.settings)
    assert [item.text for item in completer.completions("PRINT coun")] == found
    kept = ["COUNTER"] if conflict != "lower" else ["counter"]
    assert [item.text for item in completer.completions("PRINT COUN")] == kept


def test_completion_knows_the_settings(desk: Desk) -> None:
    completer = Completer(MachineWords(desk.session.machine), settings=desk.settings)
    assert [item.text for item in completer.completions('SET "them')] == ["theme"]
    assert [item.text for item in completer.completions("SHO")] == ["SHOW SETTINGS"]
    desk.settings.set("strict", True)
    assert completer.completions('SET "them') == completer.completions("SHO") == []


def test_console_width(desk: Desk) -> None:
    desk.type('SET "console_width" 20')
    assert desk.type("PRINT STRING$(25,65)") == "A" * 20 + "\n" + "A" * 5 + "\n" + OK
    desk.open()
    assert desk.type("PRINT STRING$(25,65)") == "A" * 20 + "\n" + "A" * 5 + "\n" + OK
    assert desk.type("WIDTH 30", "PRINT STRING$(25,65)") == OK + "A" * 25 + "\n" + OK


def test_strict(desk: Desk) -> None:
    said = desk.type('SET "strict" on')
    assert "MBASIC 5.21 only" in said
    assert desk.type("HELP", 'SET "strict" off') == ("Syntax error\n" + OK) * 2
    desk.session.execute(SetSetting("strict", False))
    assert desk.type('SHOW SETTINGS "strict"') == "strict                false             global\n" + OK
    desk.open(strict=True)
    assert desk.type("HELP") == "Syntax error\n" + OK


def test_engine(desk: Desk) -> None:
    said = " ".join(desk.type('SET "engine" native').split())
    assert said == engine_notice("native") + " Ok"
    assert "Python engine" in said
    assert desk.type("PRINT 1") == " 1 \n" + OK
    assert engine_notice("auto") == engine_notice("python") == ""
    assert not takes_native("python")


# ---- speed --------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_pace_gives_what_a_z80_did() -> None:
    clock = Clock()
    pace = Pace(4, clock)
    done = 0
    while clock.now < 110:
        may = pace.statements(5000)
        done += may
        pace.took(may)
        clock.now += pace.pause_seconds
    assert done == pytest.approx(10 / 1.05e-3, rel=0.01)


def test_a_pace_does_not_make_up_for_time_spent_elsewhere() -> None:
    clock = Clock()
    pace = Pace(4, clock)
    pace.took(pace.statements(5000))
    clock.now += 3600
    done = 0
    while (may := pace.statements(5000)) and done < 100_000:
        done += may
        pace.took(may)
    assert done == 19, "as at the beginning"


def test_no_pace_is_no_limit() -> None:
    pace = Pace(0, Clock())
    pace.took(5000)
    assert (pace.statements(5000), pace.pause_seconds) == (5000, 0.0)


def test_speed_lets_a_program_wait(desk: Desk) -> None:
    desk.type("10 GOTO 10", 'SET "speed" 0.1')
    desk.session.run_program()
    desk.session.step()
    assert 0 < desk.session.pause_seconds <= 0.05
    desk.session.execute(SetSetting("speed", 0))
    assert desk.session.pause_seconds == 0
