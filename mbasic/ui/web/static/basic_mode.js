// Colours for MBASIC in CodeMirror. The words come from the language's own table, by `setWords`; which part of a line
// is what follows session/colouring.py: PRINTA is a name, FNA is FN and a name, a remark goes to the line's end.
import * as CM from "nicegui-codemirror";

let keywords = new Set();
let functions = new Set();

// Learn the words; a view that shows a text already is coloured anew.
export function setWords(words, view) {
  keywords = new Set(words.keywords);
  functions = new Set(words.functions);
  view?.dispatch({ effects: inView.reconfigure(language()) });
}

const NUMBER = /^(?:(?:\d+\.?\d*|\.\d+)(?:[EeDd][-+]?\d+|[!#%])?|&[Hh][0-9A-Fa-f]*|&[Oo]?[0-7]*)/;
const WORD = /^[A-Za-z][A-Za-z0-9.]*/;

function takeWord(stream, state) {
  const run = stream.match(WORD)[0].toUpperCase();
  const signed = run + (stream.peek() ?? "");
  if (keywords.has(signed) || functions.has(signed)) {
    stream.next();
    return functions.has(signed) ? "className" : "keyword";
  }
  if (run === "REM") {
    stream.skipToEnd();
    return "comment";
  }
  if (run === "DATA") state.data = true;
  if (functions.has(run)) return "className";
  if (keywords.has(run)) return "keyword";
  for (const prefix of ["FN", "USR"]) {
    if (run.startsWith(prefix) && run.length > prefix.length) {
      stream.backUp(run.length - prefix.length);
      return "className";
    }
  }
  stream.match(/^[$%!#]/);
  return "variableName";
}

function token(stream, state) {
  if (stream.sol()) {
    state.data = false;
    if (stream.match(/^\s*\d+/)) return "labelName";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^"[^"]*"?/)) return "string";
  if (state.data) {
    if (stream.eat(":")) {
      state.data = false;
      return "punctuation";
    }
    stream.match(/^[^":]+/);
    return "string";
  }
  if (stream.peek() === "'") {
    stream.skipToEnd();
    return "comment";
  }
  if (stream.match(WORD, false)) return takeWord(stream, state);
  if (stream.match(NUMBER)) return "number";
  if (stream.match(/^[-+*/\\^=<>]/)) return "operator";
  stream.next();
  return "punctuation";
}

const inView = new CM.Compartment();

const language = () =>
  CM.StreamLanguage.define({
    name: "mbasic",
    startState: () => ({ data: false }),
    copyState: (state) => ({ ...state }),
    token,
    languageData: { closeBrackets: { brackets: ["(", '"'] }, commentTokens: { line: "REM " } },
  });

// CodeMirror gives each piece a tag; its name becomes a class, which theme.css colours: mb-keyword, mb-comment ...
const highlighter = { style: (tags) => (tags.length ? `mb-${tags[0].name}` : null) };

export const basic = () => [inView.of(language()), CM.syntaxHighlighting(highlighter)];
