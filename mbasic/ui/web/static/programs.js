// What the File menu does: new, open, save, merge, upload, download. The session does the work; here are the questions.
import { ask, open } from "./dialogs/dialogs.js";
import { base64Of, download, narrow } from "./bytes.js";
import { hostAsk, mb, notice, run } from "./connection.js";
import { editor } from "./editor.js";

const workspace = () => /^\/s\/(\d+)/.exec(location.pathname)?.[1] ?? "main";
export const transfer = (path) => `/transfer/${workspace()}/${path}`;

const confirmed = async (title, text, confirm) => (await ask(title, { text, confirm })) !== null;

// Where unsaved lines would be lost, the user is asked first; the setting confirm_overwrite turns that off.
async function mayReplace() {
  if (mb.settings.confirm_overwrite === false || !editor.text().trim()) return true;
  return confirmed("Replace the program?", "The program in the editor is replaced. What was saved stays on the disk.", "Replace");
}

export async function newProgram() {
  if (!(await mayReplace())) return;
  run({ type: "NewProgram" });
  editor.focus();
}

// Put a text into the editor as a new program.
export async function openText(name, text) {
  if (!(await mayReplace())) return false;
  if (mb.state === "running") run({ type: "BreakCommand" });
  run({ type: "NewProgram" });
  editor.setText(text.replace(/\r\n?/g, "\n").replace(/\x1a[^]*$/, ""));
  mb.programName = name;
  return true;
}

export async function openFile(name) {
  if (!(await mayReplace())) return;
  run({ type: "OpenFile", name: base64Of(name) });
  mb.programName = name;
}

export const mergeFile = (name) => run({ type: "MergeFile", name: base64Of(name) });

export async function save(form = "ascii") {
  if (!mb.programName) return saveAs(form);
  run({ type: "SaveFile", name: base64Of(mb.programName), form });
}

export async function saveAs(form = "ascii") {
  const given = await ask("Save the program", {
    fields: [{ key: "name", label: "Name (8 letters, a point, 3 letters)", value: mb.programName || "PROGRAM.BAS" }],
    confirm: "Save",
  });
  const name = given?.name.trim().toUpperCase();
  if (!name) return;
  const full = name.includes(".") ? name : `${name}.BAS`;
  const files = await hostAsk("Files", {});
  const there = files.some((file) => file.name === full);
  const ask_first = there && full !== mb.programName && mb.settings.confirm_overwrite !== false;
  if (ask_first && !(await confirmed("Replace the file?", `${full} is on the disk already.`, "Replace"))) return;
  mb.programName = full;
  run({ type: "SaveFile", name: base64Of(narrow(full)), form });
}

export async function renameFile(name) {
  const given = await ask(`Rename ${name}`, { fields: [{ key: "name", label: "New name", value: name }], confirm: "Rename" });
  if (given?.name) run({ type: "RenameFile", old: base64Of(name), new: base64Of(narrow(given.name.trim().toUpperCase())) });
}

export async function removeFile(name) {
  if (await confirmed(`Delete ${name}?`, "It cannot be brought back.", "Delete")) run({ type: "RemoveFile", name: base64Of(name) });
}

// Put files of the user's computer onto the disk; what is refused is said for each.
export async function upload(files) {
  const names = [];
  for (const file of files) {
    try {
      const answer = await fetch(transfer(`files/${encodeURIComponent(file.name)}`), { method: "POST", body: file });
      if (!answer.ok) throw new Error(await answer.text());
      names.push((await answer.json()).name);
    } catch (error) {
      notice("error", `${file.name}: ${error.message}`);
    }
  }
  return names;
}

export function downloadFile(name, form = "") {
  location.assign(transfer(`files/${encodeURIComponent(name)}${form && `?form=${form}`}`));
}

export const downloadAll = () => location.assign(transfer("files.zip"));
export const downloadConsole = () => location.assign(transfer("console.txt"));
export const downloadPrinter = () => location.assign(transfer("printer.txt"));

export function downloadProgram() {
  const name = (mb.programName || "PROGRAM.BAS").replace(/[^A-Za-z0-9._-]/g, "_");
  const bytes = Uint8Array.from(editor.text().replace(/\n/g, "\r\n"), (character) => character.charCodeAt(0) & 255);
  download(name, bytes);
}

export async function renumber() {
  const given = await ask("Renumber", {
    text: "Numbers behind GOTO, GOSUB, THEN and the like follow.",
    fields: [
      { key: "new", label: "First new number", value: "10", type: "number" },
      { key: "old", label: "From line (0: all)", value: "0", type: "number" },
      { key: "step", label: "Step", value: "10", type: "number" },
    ],
    confirm: "Renumber",
  });
  if (given) run({ type: "RenumberCommand", new: Number(given.new), old: Number(given.old), step: Number(given.step) });
}

export async function deleteLines() {
  const here = String(editor.lineNumber() ?? "");
  const given = await ask("Delete lines", {
    fields: [
      { key: "first", label: "From", value: here, type: "number" },
      { key: "last", label: "To", value: here, type: "number" },
    ],
    confirm: "Delete",
  });
  if (given) editor.deleteLines(Number(given.first), Number(given.last));
}

export async function goToLine() {
  const given = await ask("Go to line", { fields: [{ key: "line", label: "Line number", type: "number" }], confirm: "Go" });
  if (given && !editor.goTo(Number(given.line))) notice("info", `There is no line ${given.line}.`);
}

export const showHelp = () => open("help", { topic: editor.word() });
