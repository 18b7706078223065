"""HELP for what this version adds to MBASIC 5.21: commands of the Ok prompt. A program may use their names."""

from mbasic.language.help_topic import Topic


def _row(name: str, syntax: str, text: str, example: str, *words: str) -> Topic:
    return Topic(name, "extension", syntax, text, example, words)


EXTENSIONS = (
    _row(
        "BREAK", "BREAK [line[.statement]]   BREAK CLEAR [line[.statement]]",
        "Stops the program before a statement; statements of a line count from 1. Without a line, lists the "
        "breakpoints. They stay when lines are edited, follow RENUM and are forgotten by NEW. CONT and STEP go on.",
        "BREAK 120.2", "BREAK CLEAR", "BREAKPOINT",
    ),
    _row(
        "STEP", "STEP [count]   STEP LINE   STEP OVER   STEP OUT",
        "Executes one statement (or count) and stops before the next. LINE goes on to the beginning of a line, OVER "
        "takes a GOSUB as one statement, OUT runs until the RETURN of the present GOSUB. When nothing is stopped, STEP "
        "begins the program.",
        "STEP 5", "STEP OVER", "STEP OUT",
    ),
    _row(
        "WATCH", "WATCH [variable]   WATCH CLEAR [variable]",
        "Stops behind every statement that changes a variable or one element of an array, and shows the old and the "
        "new value. Without a variable, lists what is watched.",
        "WATCH A(3)", "WATCH CLEAR",
    ),
    _row(
        "STACK", "STACK",
        "Lists the open GOSUBs, FORs and WHILEs, the newest first: where each was begun, where RETURN goes, and a "
        "loop's variable, limit and step.",
        "STACK",
    ),
    _row(
        "VARS", "VARS [pattern]",
        "Lists variables with type and value, arrays with their highest subscripts. In a pattern * stands for any "
        "characters, ? for one.",
        "VARS N*", "VARIABLES",
    ),
    _row(
        "PROFILE", "PROFILE ON|OFF|CLEAR   PROFILE",
        "ON counts and times the statements of every line from now on, CLEAR forgets what was counted. Alone, shows "
        "the lines, the most expensive first.",
        "PROFILE ON", "PROFILE OFF", "PROFILE CLEAR",
    ),
    _row(
        "HELP", "HELP [topic]   HELP SEARCH text",
        "Explains a word, an operator, a message or its number. SEARCH lists the topics that hold all words of a text.",
        "HELP SEARCH random file", "HELP SEARCH",
    ),
    _row(
        "SHOW SETTINGS", 'SHOW SETTINGS ["pattern"]',
        "Lists the settings with their values and where each comes from. In a pattern * stands for any characters.",
        'SHOW SETTINGS "auto*"', "SHOW", "SETTINGS",
    ),
    _row(
        "SET", 'SET "key" value',
        'Changes a setting and keeps it. A value is a number, true or false, or a text. HELP SET "key" says what a '
        "setting does and can be.",
        'SET "case_style" "force_lower"',
    ),
    _row(
        "RESET SETTINGS", 'RESET SETTINGS ["key"]',
        "Gives a setting, or all, the value it has by default. RESET alone is MBASIC's own statement.",
        'RESET SETTINGS "speed"',
    ),
)  # fmt: skip
