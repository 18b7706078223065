// The console: a terminal for what the session prints, and the keyboard that types into it.
//
//   a line is wanted (Ok, AUTO, INPUT)   edited here, with history, and sent whole; the session's echo takes its place
//   keys are wanted (RUN, INPUT$, EDIT)  each is sent at once, as one byte: arrows are ^E ^X ^S ^D, as on CP/M's WordStar
//   Ctrl+C is Break always; Ctrl+Shift+C copies, Ctrl+Shift+V or Ctrl+V pastes
import { FitAddon, Terminal } from "nicegui-xterm";
import { bytesOfText, setCodePage, signOf } from "./code_page.js";
import { acknowledge, emit, hostAsk, mb, on, run } from "./connection.js";
import { ScreenCodes } from "./screen_codes.js";
import { TypedLine } from "./typed_line.js";

const SCROLLBACK = 10_000;
const SPOKEN_LINES = 200;
const SPEAK_AFTER_MS = 150;
const SMALLEST_LETTER = 9.5; // where 80 of them are too wide, the screen scrolls sideways
const PIECE = 32_768;

// Keys that are no characters, as bytes for programs.
const KEY_CODES = {
  ArrowUp: 5,
  ArrowDown: 24,
  ArrowLeft: 19,
  ArrowRight: 4,
  PageUp: 18,
  Delete: 7,
  Insert: 22,
  Backspace: 8,
  Tab: 9,
  Enter: 13,
  Escape: 27,
};
const EDIT_CODES = { ArrowLeft: 8, ArrowRight: 32, Backspace: 8 };

const LINE_STATES = new Set(["ready", "waiting", "auto"]);
const lineWanted = () => LINE_STATES.has(mb.state);

let terminal = null;
let fit = null;
let host = null;
let spoken = null;
let codes = new ScreenCodes();
const line = new TypedLine();

// ---- writing -----------------------------------------------------------------------
// The line that is typed is drawn behind the output. It is taken away before more is printed, and drawn again behind it,
// when the terminal has parsed everything and so knows where its cursor is.

let unparsed = 0;
let drawn = null; // { row, column }: the cursor's rows below the line's start, and the column where the line starts
let toDraw = false;

function write(text, parsed) {
  unparsed++;
  terminal.write(text, () => {
    unparsed--;
    parsed?.();
    if (unparsed === 0 && toDraw) draw();
  });
}

const toStart = ({ row, column }) =>
  `${row > 0 ? `\x1b[${row}A` : ""}\r${column > 0 ? `\x1b[${column}C` : ""}\x1b[J`;

function hideLine() {
  if (!drawn) return "";
  const erase = toStart(drawn);
  drawn = null;
  return erase;
}

const signs = (text) => Array.from(text, (byte) => printable(byte)).join("");
const printable = (byte) => (byte < " " || byte === "\x7f" ? "·" : signOf(byte.charCodeAt(0)));

function draw() {
  if (unparsed > 0) {
    toDraw = true;
    return;
  }
  toDraw = false;
  if (!drawn && (!line.text || !lineWanted())) return;
  const column = drawn ? drawn.column : terminal.buffer.active.cursorX % terminal.cols;
  const { cols } = terminal;
  const end = column + line.text.length;
  const at = column + line.at;
  let out = drawn ? toStart(drawn) : "";
  out += signs(line.text);
  if (line.text.length && end % cols === 0) out += " \r\x1b[K"; // the terminal wraps only with the next character
  const up = Math.floor(end / cols) - Math.floor(at / cols);
  if (up > 0) out += `\x1b[${up}A`;
  out += `\r${at % cols > 0 ? `\x1b[${at % cols}C` : ""}`;
  drawn = line.text || drawn ? { row: Math.floor(at / cols), column } : null;
  if (!line.text && drawn) drawn = null;
  write(out);
}

function printed({ offset, data }) {
  for (let from = 0; from < data.length; from += PIECE) {
    const piece = data.subarray(from, from + PIECE);
    write(hideLine() + codes.take(piece), () => acknowledge(offset + from + piece.length));
  }
  if (lineWanted() && line.text) toDraw = true;
  speakSoon();
}

// ---- typing ------------------------------------------------------------------------

const sendKeys = (bytes) => run({ type: "TypeKeys", data: btoa(bytes) });

function enter() {
  const text = line.take(mb.state !== "waiting");
  // what is drawn stays until the session's echo comes, which is printed over it
  sendKeys(`${text}\r`);
}

function paste(text) {
  const bytes = bytesOfText(text.replace(/\r\n?|\n/g, "\r"));
  if (!lineWanted()) {
    sendKeys(bytes);
    return;
  }
  const lines = bytes.split("\r");
  line.insert(lines[0]);
  if (lines.length > 1) {
    const rest = lines.pop();
    lines[0] = line.take(true);
    sendKeys(`${lines.join("\r")}\r`);
    line.insert(rest);
  }
  draw();
}

export function breakProgram() {
  line.take(false);
  draw();
  run({ type: "BreakCommand" });
}

// A key with its modifiers; true where it was for the console.
export function press(name, modifiers = {}) {
  const { ctrl = false, alt = false } = modifiers;
  if (ctrl && name.toLowerCase() === "c") {
    breakProgram();
    return true;
  }
  if (lineWanted()) return pressInLine(name, modifiers);
  const code = (mb.state === "editing" ? EDIT_CODES[name] : undefined) ?? KEY_CODES[name];
  if (code !== undefined) sendKeys(String.fromCharCode(code));
  else if (ctrl && !alt && /^[a-z@[\\\]^_]$/i.test(name)) sendKeys(String.fromCharCode(name.toUpperCase().charCodeAt(0) & 31));
  else if (!ctrl && [...name].length === 1) sendKeys(bytesOfText(name));
  else return false;
  return true;
}

function pressInLine(name, modifiers) {
  const { ctrl = false, alt = false } = modifiers;
  if (name === "Enter" || (ctrl && /^[mj]$/i.test(name))) enter();
  else if (name === "Tab") return completeWord();
  else if (line.key(name, modifiers, mb.state !== "waiting")) draw();
  else if (ctrl && !alt && /^[a-z]$/i.test(name)) sendKeys(String.fromCharCode(name.toUpperCase().charCodeAt(0) & 31));
  else if (!ctrl && [...name].length === 1) {
    line.insert(bytesOfText(name));
    draw();
  } else return false;
  return true;
}

// Tab completes a word; in an empty line it leaves the console, as everywhere on a page.
function completeWord() {
  if (!line.text) return false;
  const before = line.text.slice(0, line.at);
  hostAsk("Complete", { before })
    .then((found) => {
      if (!found.length || line.text.slice(0, line.at) !== before) return;
      const { text, replaces } = found[0];
      line.cut(line.at - replaces, line.at);
      line.insert(text);
      draw();
    })
    .catch(() => {});
  return true;
}

const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Unidentified", "Process"]);

function keyDown(event) {
  if (event.type !== "keydown") return true;
  const { key, ctrlKey, metaKey, shiftKey, altKey } = event;
  if (MODIFIERS.has(key) || event.isComposing || /^F\d+$/.test(key)) return !/^F\d+$/.test(key);
  const control = ctrlKey && !event.getModifierState?.("AltGraph");
  if (control && shiftKey) {
    if (key.toLowerCase() === "c") {
      copy();
      event.preventDefault();
    }
    return false; // Ctrl+Shift+V and the page's own keys
  }
  if ((control && key.toLowerCase() === "v") || metaKey) return false; // the browser pastes, onData has the text
  if (shiftKey && (key === "PageUp" || key === "PageDown")) return true; // the terminal scrolls
  if ([...key].length === 1 && !control && !altKey) return true; // onData has it, whatever keyboard it comes from
  const taken = press(key, { ctrl: control, alt: altKey });
  if (taken) {
    event.preventDefault();
    terminal.scrollToBottom();
  }
  return false;
}

// Characters, composed ones too, and what is pasted.
function typed(text) {
  if (!lineWanted() && text.length === 1) sendKeys(bytesOfText(text));
  else if (/[\r\n]/.test(text) && text !== "\r") paste(text);
  else if (text === "\r") press("Enter");
  else if (text === "\x7f" || text === "\b") press("Backspace");
  else if (text.startsWith("\x1b")) return; // the keys above, or an answer of the terminal that no program may see
  else paste(text);
}

export function copy() {
  const text = terminal.getSelection();
  if (text) navigator.clipboard?.writeText(text).catch(() => {});
}

// ---- what is on the console as text --------------------------------------------------

function lines(from, to) {
  const buffer = terminal.buffer.active;
  const found = [];
  for (let row = Math.max(0, from); row < to; row++) {
    const at = buffer.getLine(row);
    if (!at) continue;
    const text = at.translateToString(true);
    if (at.isWrapped && found.length) found[found.length - 1] += text;
    else found.push(text);
  }
  return found;
}

function lastRow() {
  const buffer = terminal.buffer.active;
  return buffer.baseY + buffer.cursorY + 1;
}

export function consoleText() {
  return lines(0, lastRow()).join("\n");
}

let speakTimer = null;
let spokenLines = [];

function speakSoon() {
  speakTimer ??= setTimeout(() => {
    speakTimer = null;
    speak();
  }, SPEAK_AFTER_MS);
}

// The live region follows the console: lines that are there stay, so that a screen reader says the new ones only.
function speak() {
  if (!terminal) return;
  const now = lines(lastRow() - SPOKEN_LINES, lastRow());
  let skip = 0;
  const same = (from) => spokenLines.slice(from, -1).every((text, at) => text === now[at]);
  while (skip < spokenLines.length && !same(skip)) skip++;
  for (let gone = 0; gone < skip; gone++) spoken.firstChild?.remove();
  const kept = spokenLines.length - skip;
  now.forEach((text, at) => {
    if (at < kept) {
      if (spoken.children[at].textContent !== text) spoken.children[at].textContent = text;
      return;
    }
    spoken.append(Object.assign(document.createElement("div"), { textContent: text }));
  });
  while (spoken.children.length > now.length) spoken.lastChild.remove();
  spokenLines = now;
}

// ---- looks -------------------------------------------------------------------------

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function theme() {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark";
  const text = style("--mb-screen-text");
  return {
    background: style("--mb-screen"),
    foreground: text,
    cursor: style("--mb-accent"),
    cursorAccent: style("--mb-screen"),
    selectionBackground: style("--mb-selection"),
    ...(dark ? {} : { yellow: "#8a6100", white: "#6b7280", brightYellow: "#8a6100", brightWhite: "#1c2430", green: "#1d7a3d", cyan: "#0b6b7d" }),
  };
}

let letterRatio = 0;

function measureLetter(family) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = `100px ${family}`;
  return context.measureText("M").width / 100;
}

// The width is the program's 80 columns; the letters get smaller where they would not fit, and the rows fill the height.
export function resize() {
  if (!terminal || !host.clientWidth || !host.clientHeight) return;
  const columns = Number(mb.settings.console_width) || 80;
  const wanted = Number(mb.settings.font_size) || 14;
  letterRatio ||= measureLetter(terminal.options.fontFamily);
  const room = host.clientWidth - 22;
  const fitting = Math.floor((room / columns / letterRatio) * 4) / 4;
  const size = Math.max(SMALLEST_LETTER, Math.min(wanted, fitting));
  const erase = hideLine();
  if (erase) write(erase);
  if (terminal.options.fontSize !== size) terminal.options.fontSize = size;
  const rows = fit.proposeDimensions()?.rows;
  if (rows && (rows !== terminal.rows || columns !== terminal.cols)) terminal.resize(columns, Math.max(4, rows));
  draw();
}

export function clearScreen() {
  const erase = hideLine();
  write(`${erase}`, () => {
    terminal.clear();
    speak();
    draw();
  });
}

let audio = null;

function bell() {
  host.classList.add("mb-bell");
  setTimeout(() => host.classList.remove("mb-bell"), 120);
  try {
    audio ??= new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    volume.gain.value = 0.06;
    tone.frequency.value = 880;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.12);
  } catch {
    // no sound here
  }
}

export const focusConsole = () => terminal?.focus();

function open() {
  terminal = new Terminal({
    cols: 80,
    rows: 24,
    scrollback: SCROLLBACK,
    fontFamily: style("--mb-mono") || "monospace",
    fontSize: 14,
    lineHeight: 1.15,
    cursorBlink: true,
    cursorStyle: "block",
    convertEol: false,
    screenReaderMode: false,
    rightClickSelectsWord: false,
    theme: theme(),
  });
  fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(host);
  const input = terminal.textarea;
  input.setAttribute("aria-label", "Console: type BASIC here");
  input.setAttribute("autocapitalize", "off");
  terminal.attachCustomKeyEventHandler(keyDown);
  terminal.onData(typed);
  terminal.onBell(bell);
}

function reset() {
  drawn = null;
  codes = new ScreenCodes();
  terminal.reset();
  spokenLines = [];
  spoken.replaceChildren();
}

export default {
  name: "ConsolePane",
  template: `
    <div class="mb-console" data-testid="console" role="region" aria-label="Console">
      <div ref="screen" class="mb-screen"></div>
      <div ref="spoken" class="mb-hidden mb-spoken" data-testid="console-text" role="log" aria-live="polite" aria-label="Console text"></div>
    </div>`,
  mounted() {
    host = this.$refs.screen;
    spoken = this.$refs.spoken;
    open();
    window.mbasic = Object.assign(window.mbasic ?? {}, { consoleText });
    this.observer = new ResizeObserver(() => resize());
    this.observer.observe(host);
    this.stops = [
      on("output", printed),
      on("console-reset", reset),
      on("settings", (values) => {
        setCodePage(values.code_page);
        resize();
      }),
      on("theme", () => (terminal.options.theme = theme())),
      Vue.watch(() => mb.state, () => draw()),
    ];
    emit("console-ready");
    terminal.focus();
  },
  beforeUnmount() {
    this.observer.disconnect();
    this.stops.forEach((stop) => stop());
    terminal.dispose();
    terminal = null;
  },
};
