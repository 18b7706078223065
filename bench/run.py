"""Time engines on the benchmark programs and print the cost of one repetition, and its ratio to C's.

    python -m bench.run [CONFIG.toml] [--only sieve,sort] [--engines c,mbasic] [--rounds 3] [--target 0.3]

For each engine and program an NR is sought whose run takes about --target seconds of processor time more than NR=1;
then NR=1 and that NR are timed alternately, once a round. The table shows the median of the rounds' slopes (README.md).
"""

import argparse
import statistics
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.child import Failed, Run, run_child

HERE = Path(__file__).resolve().parent
MAX_REPETITIONS = 1 << 30


@dataclass(frozen=True, slots=True)
class Engine:
    """One column of the table; the commands are templates (engines.toml)."""

    name: str
    command: list[str]
    build: list[str]
    work: Path
    limit_seconds: float

    def prepare(self, program: str) -> None:
        if self.build:
            run_child(self._fill(self.build, program, 1), self.work, self.limit_seconds)

    def run(self, program: str, repetitions: int) -> Run:
        return run_child(self._fill(self.command, program, repetitions), self.work, self.limit_seconds)

    def _fill(self, template: list[str], program: str, repetitions: int) -> list[str]:
        names = {"name": program, "nr": repetitions, "bench": HERE, "work": self.work, "python": sys.executable}
        if any("{file}" in part for part in template):
            names["file"] = self._write(program, repetitions)
        return [part.format(**names) for part in template]

    def _write(self, program: str, repetitions: int) -> str:
        """Write the BASIC program with NR set and return its name, as BASIC likes it: short and upper case."""
        source = (HERE / "bas" / f"{program}.bas").read_text()
        name = f"{program.upper()}.BAS"
        (self.work / name).write_text(source.replace("10 NR=1\n", f"10 NR={repetitions}\n", 1))
        return name


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds a repetition; `agrees`: the output was the original's."""

    seconds: float
    agrees: bool


@dataclass(frozen=True, slots=True)
class Options:
    rounds: int
    target_seconds: float


Results = dict[tuple[str, str], Cost | Failed]
"""By (engine, program)."""


def measure(engine: Engine, program: str, options: Options) -> Cost | Failed:
    """Return the cost of a repetition of `program`, or why there is none."""
    try:
        engine.prepare(program)
        first = engine.run(program, 1)
        agrees = first.output.rstrip("\n") == (HERE / "expected" / f"{program}.out").read_text().rstrip("\n")
        repetitions = find_repetitions(engine, program, first.seconds, options.target_seconds)
        slopes = [slope(engine, program, repetitions) for _ in range(options.rounds)]
    except Failed as failure:
        return failure
    return Cost(statistics.median(slopes), agrees)


def find_repetitions(engine: Engine, program: str, first_seconds: float, target_seconds: float) -> int:
    """Return an NR that takes about `target_seconds` more than NR=1."""
    repetitions, gained = 2, 0.0
    while repetitions < MAX_REPETITIONS:
        gained = engine.run(program, repetitions).seconds - first_seconds
        if gained >= 0.8 * target_seconds:
            return repetitions
        grow = 8.0 if gained < target_seconds / 16 else 1.1 * target_seconds / gained
        repetitions = int(repetitions * grow) + 1
    raise Failed("does no work")


def slope(engine: Engine, program: str, repetitions: int) -> float:
    begin = engine.run(program, 1).seconds
    return (engine.run(program, repetitions).seconds - begin) / (repetitions - 1)


def show(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def cell(result: Cost | Failed) -> str:
    if isinstance(result, Failed):
        return str(result)
    return show(result.seconds) + ("" if result.agrees else " (!)")


def ratio(results: Results, engine: str, base: str, program: str) -> float | None:
    mine, others = results[engine, program], results[base, program]
    if isinstance(mine, Failed) or isinstance(others, Failed):
        return None
    return mine.seconds / others.seconds


def row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def table(results: Results, engines: list[str], programs: list[str]) -> str:
    """Return costs and ratios to the first engine as one Markdown table; the last row is the geometric mean."""
    base, *rest = engines
    lines = [row(["program", *engines, *(f"{engine}/{base}" for engine in rest)])]
    lines.append("|---" * (len(engines) + len(rest) + 1) + "|")
    ratios: dict[str, list[float]] = {engine: [] for engine in rest}
    for program in programs:
        cells = [cell(results[engine, program]) for engine in engines]
        for engine in rest:
            found = ratio(results, engine, base, program)
            cells.append("" if found is None else f"{found:.3g}")
            ratios[engine] += [] if found is None else [found]
        lines.append(row([program, *cells]))
    means = [f"{statistics.geometric_mean(ratios[e]):.3g} ({len(ratios[e])})" if ratios[e] else "" for e in rest]
    lines.append(row(["geometric mean (programs)", *[""] * len(engines), *means]))
    return "\n".join(lines)


def read_engines(config: Path, names: list[str], work: Path, limit_seconds: float) -> list[Engine]:
    specs = tomllib.loads(config.read_text())
    engines: list[Engine] = []
    for name in names:
        folder = work / name
        folder.mkdir()
        engines.append(Engine(name, specs[name]["command"], specs[name].get("build", []), folder, limit_seconds))
    return engines


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time engines on the benchmark programs.")
    parser.add_argument("config", nargs="?", type=Path, default=HERE / "engines.toml")
    parser.add_argument("--only", help="programs, separated by commas")
    parser.add_argument("--engines", default="c,mbasic", help="the first is what the others are compared with")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--target", type=float, default=0.3, help="seconds a timed run should take")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a run has failed")
    return parser.parse_args()


def main() -> int:
    """Return 0 where every run of every engine gave the original's output."""
    arguments = parse_arguments()
    every = sorted(path.stem for path in (HERE / "bas").glob("*.bas"))
    programs = arguments.only.split(",") if arguments.only else every
    names = arguments.engines.split(",")
    options = Options(arguments.rounds, arguments.target)
    results: Results = {}
    with tempfile.TemporaryDirectory(prefix="mbasic-bench-") as work:
        engines = read_engines(arguments.config, names, Path(work), arguments.limit)
        for program in programs:  # all engines on one program in the same minute
            for engine in engines:
                results[engine.name, program] = measure(engine, program, options)
            print(f"{program}: " + ", ".join(cell(results[name, program]) for name in names), file=sys.stderr)
    print(table(results, names, programs))
    return 0 if all(isinstance(result, Cost) and result.agrees for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
