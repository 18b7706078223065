// Every command of the page, once: the menus, the toolbar, the palette, the key handler and the help read this table.
//
//   { id, title, menu, keys, icon, testid, enabled?(), checked?(), run(), inEditor }      keys as "Ctrl+Shift+P", "F5"
import { clearScreen, copy, focusConsole, breakProgram } from "./console.js";
import { mb, run, setSetting } from "./connection.js";
import { open } from "./dialogs/dialogs.js";
import { editor } from "./editor.js";
import { layout } from "./layout.js";
import { showPanel } from "./panels/side.js";
import * as programs from "./programs.js";

const AT_PROMPT = new Set(["ready", "editing", "auto"]); // EDIT and AUTO are given up for a command of the page
const ready = () => AT_PROMPT.has(mb.state);
const busy = () => mb.state !== "ready" && mb.state !== "ended";
const stopped = () => ready() && mb.place !== null;
const step = (kind) => run({ type: "StepCommand", kind });

function panel(name) {
  layout.sideShown = true;
  layout.tab = "side";
  showPanel(name);
}

const theme = (name, title) => ({
  id: `theme-${name}`,
  title,
  menu: "View",
  checked: () => mb.settings.theme === name,
  run: () => setSetting("theme", name),
});

export const commands = [
  { id: "new", title: "New program", menu: "File", icon: "note_add", enabled: ready, run: programs.newProgram },
  { id: "files", title: "Open, upload, delete …", menu: "File", keys: "Ctrl+O", icon: "folder_open", run: () => open("files") },
  { id: "save", title: "Save", menu: "File", keys: "Ctrl+S", icon: "save", enabled: ready, run: () => programs.save() },
  { id: "save-as", title: "Save as …", menu: "File", keys: "Ctrl+Shift+S", enabled: ready, run: () => programs.saveAs() },
  { id: "examples", title: "Examples …", menu: "File", icon: "auto_awesome", run: () => open("examples") },
  { id: "share", title: "Share by a link …", menu: "File", icon: "share", separate: true, run: () => open("share") },
  { id: "download", title: "Download the program", menu: "File", run: programs.downloadProgram },
  { id: "download-all", title: "Download all files as zip", menu: "File", run: programs.downloadAll },
  { id: "download-console", title: "Download what the console shows", menu: "File", run: programs.downloadConsole },
  { id: "download-printer", title: "Download what was printed (LPRINT)", menu: "File", run: programs.downloadPrinter },

  { id: "undo", title: "Undo", menu: "Edit", shown: "Ctrl+Z", run: editor.undo },
  { id: "redo", title: "Redo", menu: "Edit", shown: "Ctrl+Y", run: editor.redo },
  { id: "find", title: "Find and replace …", menu: "Edit", keys: "Ctrl+F", separate: true, run: editor.find },
  { id: "go-to", title: "Go to line …", menu: "Edit", keys: "Ctrl+G", run: programs.goToLine },
  { id: "renumber", title: "Renumber …", menu: "Edit", separate: true, enabled: ready, run: programs.renumber },
  { id: "sort", title: "Sort the lines by number", menu: "Edit", run: editor.sortLines },
  { id: "delete-lines", title: "Delete lines …", menu: "Edit", run: programs.deleteLines },
  { id: "copy-console", title: "Copy what is marked in the console", menu: "Edit", shown: "Ctrl+Shift+C", separate: true, run: copy },

  { id: "run", title: "Run", menu: "Run", keys: "F5", icon: "play_arrow", bar: true, tone: "primary", enabled: ready, run: runProgram },
  { id: "stop", title: "Stop", menu: "Run", shown: "Ctrl+C", keys: "Ctrl+Shift+Backspace", icon: "stop", bar: true, enabled: busy, run: stopProgram },
  { id: "continue", title: "Continue", menu: "Run", keys: "Shift+F5", icon: "fast_forward", bar: true, enabled: stopped, run: () => run({ type: "ContinueCommand" }) },
  { id: "step", title: "Step a statement", short: "Step", menu: "Run", keys: "F8", icon: "redo", bar: true, separate: true, enabled: ready, run: () => step("into") },
  { id: "step-over", title: "Step over GOSUB", short: "Over", menu: "Run", keys: "Shift+F8", icon: "keyboard_tab", bar: true, enabled: ready, run: () => step("over") },
  { id: "step-line", title: "Step a line", menu: "Run", keys: "F7", enabled: ready, run: () => step("line") },
  { id: "step-out", title: "Step out of GOSUB", menu: "Run", keys: "Ctrl+F8", enabled: ready, run: () => step("out") },
  { id: "run-to", title: "Run to the cursor", menu: "Run", keys: "Ctrl+F5", enabled: () => ready() && mb.cursorLine !== null, run: () => run({ type: "RunToCommand", line: editor.lineNumber() }) },
  { id: "breakpoint", title: "Set or clear a breakpoint", menu: "Run", keys: "F9", separate: true, run: editor.toggleBreakpoint },

  { id: "variables", title: "Variables", menu: "View", run: () => panel("variables") },
  { id: "stack", title: "Stack of GOSUB, FOR and WHILE", menu: "View", run: () => panel("stack") },
  { id: "watches", title: "Watches", menu: "View", run: () => panel("watches") },
  { id: "breakpoints", title: "Breakpoints", menu: "View", run: () => panel("breakpoints") },
  { id: "profile", title: "Profile", menu: "View", run: () => panel("profile") },
  { id: "problems", title: "Problems", menu: "View", run: () => panel("problems") },
  { id: "side", title: "Show the panels", menu: "View", keys: "Ctrl+B", separate: true, icon: "view_sidebar", checked: () => layout.sideShown, run: () => (layout.sideShown = !layout.sideShown) },
  { id: "focus-editor", title: "Go to the program", menu: "View", keys: "Alt+1", run: focusEditor },
  { id: "focus-console", title: "Go to the console", menu: "View", keys: "Alt+2", run: showConsole },
  { id: "clear", title: "Clear the console", menu: "View", keys: "Ctrl+L", run: clearScreen },
  { id: "larger", title: "Larger letters", menu: "View", keys: "Ctrl+Alt+ArrowUp", separate: true, run: () => letters(1) },
  { id: "smaller", title: "Smaller letters", menu: "View", keys: "Ctrl+Alt+ArrowDown", run: () => letters(-1) },
  { ...theme("light", "Light colours"), separate: true },
  theme("dark", "Dark colours"),
  theme("green", "Green phosphor"),
  theme("amber", "Amber phosphor"),
  { id: "settings", title: "Settings …", menu: "View", keys: "Ctrl+,", icon: "settings", testid: "settings", separate: true, run: () => open("settings") },

  { id: "palette", title: "All commands …", menu: "Help", keys: "Ctrl+Shift+P", run: () => open("palette") },
  { id: "help", title: "Help for the word at the cursor", menu: "Help", keys: "F1", icon: "help_outline", run: programs.showHelp },
  { id: "keys", title: "Keys, and about MBASIC", menu: "Help", run: () => open("about") },
];

export const MENUS = ["File", "Edit", "Run", "View", "Help"];
export const byId = Object.fromEntries(commands.map((command) => [command.id, command]));
export const isEnabled = (command) => command.enabled?.() ?? true;

export function perform(command) {
  if (isEnabled(command)) command.run();
}

function runProgram() {
  showConsole();
  run({ type: "RunCommand" });
}

function stopProgram() {
  breakProgram();
  focusConsole();
}

function showConsole() {
  layout.tab = "console";
  Vue.nextTick(focusConsole);
}

function focusEditor() {
  layout.tab = "editor";
  Vue.nextTick(editor.focus);
}

function letters(by) {
  const size = (Number(mb.settings.font_size) || 14) + by;
  if (size >= 8 && size <= 48) setSetting("font_size", size);
}

// ---- keys --------------------------------------------------------------------------

export function keyName({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  const name = key.length === 1 ? key.toUpperCase() : key;
  return `${ctrlKey || metaKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${shiftKey ? "Shift+" : ""}${name}`;
}

const byKey = new Map(commands.filter((command) => command.keys).map((command) => [command.keys, command]));
// What the function keys were in GW-BASIC, for the setting key_bindings.
const typed = (line) => ({ run: () => (showConsole(), run({ type: "TypeLine", text: btoa(line) })), enabled: ready });
const GWBASIC = new Map(Object.entries({
  F1: typed("LIST"),
  F2: byId.run,
  F3: byId.files,
  F4: byId.save,
  F5: byId.continue,
  F7: typed("TRON"),
  F8: typed("TROFF"),
}));
// In the console these are keys of MBASIC's own.
const CONSOLE_KEYS = new Set(["Ctrl+O", "Ctrl+S", "Ctrl+F", "Ctrl+G", "Ctrl+B", "Ctrl+L"]);

// The page's own keys, ahead of the editor and the console.
export function handleKey(event) {
  if (document.querySelector("dialog[open]")) return;
  const name = keyName(event);
  const command = (mb.settings.key_bindings === "gwbasic" && GWBASIC.get(name)) || byKey.get(name);
  if (!command) return;
  if (CONSOLE_KEYS.has(name) && event.target.closest?.(".mb-console")) return;
  if (name === "Ctrl+F" && event.target.closest?.(".mb-editor")) return;
  event.preventDefault();
  event.stopPropagation();
  perform(command);
}
