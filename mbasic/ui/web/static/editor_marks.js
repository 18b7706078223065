// What the editor shows beside and in the text: breakpoints, the statement that comes next, faults, the profile's heat.
// All hang on lines of BASIC by number, so they follow edits; the text itself is never touched.
import * as CM from "nicegui-codemirror";
import { numberOf } from "./program_lines.js";

const setMarks = CM.StateEffect.define();

const nothing = { breakpoints: [], place: null, error: null, faults: [], heat: null };

class Sign extends CM.GutterMarker {
  constructor(name, glyph, title) {
    super();
    Object.assign(this, { name, glyph, title });
  }
  eq(other) {
    return other.name === this.name && other.title === this.title;
  }
  toDOM() {
    const sign = document.createElement("span");
    sign.className = `mb-sign mb-sign-${this.name}`;
    sign.textContent = this.glyph;
    if (!this.title) return sign;
    sign.title = this.title;
    sign.setAttribute("role", "img");
    sign.setAttribute("aria-label", this.title);
    return sign;
  }
}

const BREAKPOINT = new Sign("breakpoint", "●", "Breakpoint");
const SPACE = new Sign("space", "●", ""); // gives the gutter its width
const HERE = new Sign("here", "▶", "The statement that comes next");
const FAULT = (message) => new Sign("fault", "!", message);

class Heat extends CM.GutterMarker {
  constructor(share, title) {
    super();
    Object.assign(this, { share, title });
  }
  eq(other) {
    return other.title === this.title;
  }
  toDOM() {
    const bar = document.createElement("span");
    bar.className = "mb-heat";
    bar.style.setProperty("--mb-share", String(this.share));
    bar.title = this.title;
    bar.textContent = this.share >= 0.005 ? `${Math.round(this.share * 100)}%` : "";
    return bar;
  }
}

function numbered(doc) {
  const lines = new Map();
  for (let at = 1; at <= doc.lines; at++) {
    const line = doc.line(at);
    const number = numberOf(line.text);
    if (number !== null) lines.set(number, line);
  }
  return lines;
}

// Columns of `place` are those of the line as LIST shows it; what the user typed may have other blanks in front.
function statementRange(line, place) {
  if (place.start === undefined || place.start === null || place.end <= place.start) return [line.from, line.to];
  const from = Math.min(line.from + place.start, line.to);
  return [from, Math.max(Math.min(line.from + place.end, line.to), from)];
}

function build(doc, marks) {
  const lines = numbered(doc);
  const signs = [];
  const decorations = [];
  const heat = [];
  for (const number of new Set(marks.breakpoints.map(([line]) => line))) {
    const line = lines.get(number);
    if (line) signs.push(BREAKPOINT.range(line.from));
  }
  for (const [kind, place] of [
    ["place", marks.place],
    ["error", marks.error],
  ]) {
    const line = place && lines.get(place.line);
    if (!line) continue;
    if (kind === "place") signs.push(HERE.range(line.from));
    else signs.push(FAULT(place.message).range(line.from));
    decorations.push(CM.Decoration.line({ class: `mb-line-${kind}` }).range(line.from));
    const [from, to] = statementRange(line, place);
    if (to > from) decorations.push(CM.Decoration.mark({ class: `mb-statement-${kind}` }).range(from, to));
  }
  const signed = new Set(marks.error && lines.has(marks.error.line) ? [lines.get(marks.error.line).from] : []);
  for (const fault of marks.faults) {
    if (fault.line >= doc.lines) continue;
    const line = doc.line(fault.line + 1);
    const from = Math.min(line.from + fault.start, line.to);
    const to = Math.min(Math.max(line.from + fault.end, from + 1), line.to);
    if (to > from)
      decorations.push(
        CM.Decoration.mark({ class: "mb-fault", attributes: { "data-fault": fault.message } }).range(from, to),
      );
    if (!signed.has(line.from)) signs.push(FAULT(fault.message).range(line.from));
    signed.add(line.from);
  }
  if (marks.heat)
    for (const [number, count, seconds] of marks.heat.lines) {
      const line = lines.get(number);
      const share = marks.heat.total ? seconds / marks.heat.total : 0;
      const title = `${count} × in ${(seconds * 1000).toFixed(1)} ms`;
      if (line) heat.push(new Heat(share, title).range(line.from));
    }
  return {
    marks,
    signs: CM.RangeSet.of(signs, true),
    decorations: CM.Decoration.set(decorations, true),
    heat: CM.RangeSet.of(heat, true),
  };
}

const field = CM.StateField.define({
  create: (state) => build(state.doc, nothing),
  update(value, transaction) {
    let marks = value.marks;
    for (const effect of transaction.effects) if (effect.is(setMarks)) marks = { ...marks, ...effect.value };
    if (marks !== value.marks) return build(transaction.state.doc, marks);
    if (!transaction.docChanged) return value;
    const { changes } = transaction;
    return {
      marks,
      signs: value.signs.map(changes),
      decorations: value.decorations.map(changes),
      heat: value.heat.map(changes),
    };
  },
  provide: (self) => CM.EditorView.decorations.from(self, (value) => value.decorations),
});

const faultTips = CM.hoverTooltip((view, position) => {
  const line = view.state.doc.lineAt(position);
  const column = position - line.from;
  const fault = view.state
    .field(field)
    .marks.faults.find((each) => each.line === line.number - 1 && each.start <= column && column <= each.end + 1);
  if (!fault) return null;
  return {
    pos: line.from + fault.start,
    end: Math.min(line.from + fault.end, line.to),
    create() {
      const dom = document.createElement("div");
      dom.className = "mb-fault-tip";
      dom.textContent = fault.message;
      return { dom };
    },
  };
});

// The extension; `toggle(number)` is called with the BASIC line whose gutter was clicked.
export function marksExtension(toggle) {
  return [
    field,
    faultTips,
    CM.gutter({
      class: "mb-signs",
      markers: (view) => view.state.field(field).signs,
      initialSpacer: () => SPACE,
      domEventHandlers: {
        mousedown(view, block) {
          const number = numberOf(view.state.doc.lineAt(block.from).text);
          if (number !== null) toggle(number);
          return true;
        },
      },
    }),
    CM.gutter({ class: "mb-heats", markers: (view) => view.state.field(field).heat }),
  ];
}

export function mark(view, marks) {
  view.dispatch({ effects: setMarks.of(marks) });
}

export function reveal(view, position) {
  view.dispatch({ effects: CM.EditorView.scrollIntoView(position, { y: "nearest", yMargin: 60 }) });
}
