// Keeps the program's file on the disk as the editor is, where the setting `autosave` says so: a moment after the user
// has changed something, as a text file.
import { base64Of, narrow } from "./bytes.js";
import { mb, on, run } from "./connection.js";
import { editor } from "./editor.js";

const QUIET_MS = 1500;
let timer = 0;

export function startAutosave() {
  on("text-changed", ({ mine }) => {
    if (!mine) return;
    clearTimeout(timer);
    timer = setTimeout(save, QUIET_MS);
  });
}

function save() {
  if (!mb.settings.autosave || !mb.programName) return;
  const text = editor.text().trimEnd().replace(/\n/g, "\r\n");
  run({ type: "WriteFile", name: base64Of(narrow(mb.programName)), data: base64Of(narrow(`${text}\r\n\x1a`)) });
}
