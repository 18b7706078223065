// The program's editor: CodeMirror with MBASIC's colours, numbers, faults and breakpoints.
//
// The text is the host's document (editor_sync.js); what the program means is asked of the host: faults, completions.
// `editor` is what the rest of the page uses: the text, the cursor, and the commands of the Edit menu.
import * as CM from "nicegui-codemirror";
import { mb, on, run, edit, hostAsk } from "./connection.js";
import { basic, setWords } from "./basic_mode.js";
import { EditorSync, difference, remote } from "./editor_sync.js";
import { mark, marksExtension, reveal } from "./editor_marks.js";
import { findLine, nextNumber, numberOf, sorted, without } from "./program_lines.js";

const FAULTS_AFTER_MS = 250;
const WORD = /[A-Za-z][A-Za-z0-9.]*[$%!#]?/g;

let view = null;
let sync = null;

// ---- what others use -------------------------------------------------------------

export const editor = {
  focus: () => view?.focus(),
  text: () => view?.state.doc.toString() ?? "",
  // The BASIC line number under the cursor, or null.
  lineNumber: () => (view ? numberOf(cursorLine().text) : null),
  // The word under the cursor, for HELP.
  word() {
    if (!view) return "";
    const line = cursorLine();
    const column = view.state.selection.main.head - line.from;
    for (const match of line.text.matchAll(WORD))
      if (match.index <= column && column <= match.index + match[0].length) return match[0];
    return "";
  },
  find: () => press("f", "KeyF"),
  undo: () => CM.undo(view),
  redo: () => CM.redo(view),
  selectAll: () => CM.selectAll(view),
  // Put the cursor at a BASIC line; false where there is none.
  goTo(number) {
    const line = findLine(view.state.doc, number);
    if (!line) return false;
    view.dispatch({ selection: { anchor: line.from } });
    reveal(view, line.from);
    view.focus();
    return true;
  },
  // Put the cursor at a row of the text and a column in it, both from 0.
  goToRow(row, column = 0) {
    const line = view.state.doc.line(Math.min(row + 1, view.state.doc.lines));
    const anchor = Math.min(line.from + column, line.to);
    view.dispatch({ selection: { anchor } });
    reveal(view, anchor);
    view.focus();
  },
  sortLines() {
    editor.setText(sorted(editor.text()));
  },
  deleteLines(first, last) {
    editor.setText(without(editor.text(), first, last));
  },
  toggleBreakpoint() {
    const number = editor.lineNumber();
    if (number !== null) toggle(number);
  },
  // Replace the whole text, as one change that undo takes back.
  setText(text) {
    const before = editor.text();
    if (text !== before) view.dispatch({ changes: difference(before, text), userEvent: "input" });
  },
};

function cursorLine() {
  return view.state.doc.lineAt(view.state.selection.main.head);
}

// CodeMirror's find panel answers to its key only.
function press(key, code) {
  view.focus();
  CM.runScopeHandlers(view, new KeyboardEvent("keydown", { key, code, ctrlKey: true }), "editor");
}

function toggle(number) {
  const set = mb.breakpoints.some(([line, statement]) => line === number && statement === 1);
  run({ type: "BreakpointCommand", line: number, statement: 1, on: !set });
}

// ---- numbers ---------------------------------------------------------------------

function newLine(target) {
  const { state } = target;
  const { main } = state.selection;
  const line = state.doc.lineAt(main.head);
  if (!mb.settings.auto_number || !main.empty || main.head !== line.to) return false;
  if (line.text.trim() === String(numberOf(line.text))) {
    target.dispatch({ changes: { from: line.from, to: line.to }, userEvent: "delete" });
    return true;
  }
  const following = line.number < state.doc.lines ? state.doc.line(line.number + 1).text : null;
  const number = nextNumber(line.text, following, Number(mb.settings.auto_number_step) || 10);
  if (number === null) return false;
  const insert = `\n${number} `;
  target.dispatch({
    changes: { from: line.to, insert },
    selection: { anchor: line.to + insert.length },
    userEvent: "input",
    scrollIntoView: true,
  });
  return true;
}

// The first character typed into an empty program gets a number in front.
const firstNumber = CM.EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || !transaction.isUserEvent("input.type") || !mb.settings.auto_number) return transaction;
  const before = transaction.startState.doc;
  const after = transaction.newDoc;
  if (before.length !== 0 || after.lines !== 1 || !/^[^\s\d]/.test(after.toString())) return transaction;
  const start = `${Number(mb.settings.auto_number_start) || 10} `;
  return [transaction, { changes: { from: 0, insert: start }, sequential: true }];
});

// ---- completions -----------------------------------------------------------------

async function complete(context) {
  const line = context.state.doc.lineAt(context.pos);
  const before = context.state.sliceDoc(line.from, context.pos);
  const word = /[A-Za-z0-9.]*$/.exec(before)[0];
  if (!context.explicit && word.length < 2) return null;
  const found = await hostAsk("Complete", { before }).catch(() => null);
  if (!found?.length || context.aborted) return null;
  return {
    from: context.pos - found[0].replaces,
    options: found.map(({ text, note }) => ({ label: text, detail: note || undefined })),
    validFor: /^[A-Za-z0-9.$%!#]*$/,
  };
}

// ---- the component ---------------------------------------------------------------

let faultTimer = null;
let errorShown = false;

function askFaults() {
  clearTimeout(faultTimer);
  faultTimer = setTimeout(async () => {
    if (!sync || sync.version < 0) return;
    if (sync.pending) return askFaults();
    const answer = await hostAsk("Lint", {}).catch(() => null);
    if (!answer || sync?.pending || answer.version !== sync?.version) return;
    mb.faults = answer.faults;
    mark(view, { faults: answer.faults });
  }, FAULTS_AFTER_MS);
}

function updated(update) {
  mb.cursorLine = editor.lineNumber();
  if (!update.docChanged) return;
  for (const transaction of update.transactions)
    if (transaction.docChanged && !transaction.annotation(remote)) sync.changed(transaction.changes);
  askFaults();
  if (errorShown) queueMicrotask(() => showMark({ error: null })); // an update must not begin another
}

function showMark(marks) {
  if ("error" in marks) errorShown = marks.error !== null;
  mark(view, marks);
}

function create(parent) {
  const label = CM.EditorView.contentAttributes.of({
    "aria-label": "BASIC program",
    "data-testid": "editor-text",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
  });
  view = new CM.EditorView({
    parent,
    state: CM.EditorState.create({
      extensions: [
        CM.Prec.high(CM.keymap.of([{ key: "Enter", run: newLine }])),
        marksExtension(toggle),
        CM.basicSetup,
        basic(),
        CM.EditorState.languageData.of(() => [{ autocomplete: complete }]),
        firstNumber,
        label,
        CM.EditorView.updateListener.of(updated),
      ],
    }),
  });
  sync = new EditorSync(view, edit);
}

function showPlace() {
  const place = mb.place ?? null;
  mark(view, { place });
  const line = place && findLine(view.state.doc, place.line);
  if (line) reveal(view, line.from);
}

function showError(event) {
  if (event.reason !== "error" || event.line === null || event.line === undefined) return;
  const error = { line: event.line, start: event.start, end: event.end, message: event.message || "Error" };
  showMark({ error });
  const line = findLine(view.state.doc, event.line);
  if (line) reveal(view, line.from);
}

export default {
  name: "EditorPane",
  template: `<div class="mb-editor" data-testid="editor" role="region" aria-label="Program"></div>`,
  mounted() {
    create(this.$el);
    window.mbasic = Object.assign(window.mbasic ?? {}, { programText: editor.text });
    on("text", ({ text, version }) => sync.hostText(text, version));
    on("text-changed", ({ version, changes, mine }) =>
      mine ? sync.acknowledged(version) : sync.othersChange(version, changes),
    );
    on("stopped", showError);
    on("attached", () => hostAsk("Language", {}).then((words) => setWords(words, view)));
    this.stops = [
      Vue.watch(() => mb.breakpoints, (breakpoints) => mark(view, { breakpoints }), { deep: true, immediate: true }),
      Vue.watch(() => mb.place, showPlace),
      Vue.watch(() => mb.state, (state) => state === "running" && showMark({ error: null, place: null })),
      Vue.watch(() => mb.profile, (heat) => mark(view, { heat })),
    ];
  },
  beforeUnmount() {
    this.stops.forEach((stop) => stop());
    view.destroy();
    view = sync = null;
  },
};
