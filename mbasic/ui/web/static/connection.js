// The page's side of the connection: one reactive store, and functions to command and ask. No DOM in here.
//
//   commands   numbered from 1; each is sent again until the host has taken it, and the host does each once
//   console    bytes with offsets; what was shown already is dropped, and where some are missing all is asked again
//   text       one edit is on its way at a time (editor_sync.js); it is sent again where the host has not seen it
//   questions  a promise each, sent again behind a lost connection
import { bytesOf } from "./bytes.js";

const EVENT = "mbasic";
const PART = "mbasic_part";
const LONGEST_FRAME = 200_000;
const ANSWER_WITHIN_MS = 20_000;
const CONNECT_AGAIN_MS = 1000;
const ATTACH_AGAIN_MS = 8000;
const NOTICES_KEPT = 4;
const STOPPED_AT = new Set(["break", "breakpoint", "step", "watch", "stop"]);

export const mb = Vue.reactive({
  connected: false, // attached to the host
  everConnected: false,
  superseded: false, // the session is open elsewhere
  state: "ready", // ready running waiting (a line) keys (INPUT$) editing auto ended
  taken: 0,
  textVersion: -1,
  breakpoints: [], // [line, statement]
  watches: [],
  place: null, // where a stopped program goes on: { line, statement, start, end, reason }
  faults: [],
  profile: [],
  cursorLine: null,
  settings: {},
  recent: [],
  programName: "",
  notices: [], // { id, level, text }
  runningSince: null, // performance.now() of the start of the run
  workspace: 0,
});

let socket = null;
let viewId = "";
let seen = -1; // console bytes handed to the listeners
let attaching = false;
let attachTimer = null;
let lastNumber = 0;
let lastId = 0;
let editOnItsWay = null;
let lastAck = -1;
const commandsOnTheirWay = new Map(); // number -> JSON
const questions = new Map(); // id -> { text, resolve, reject, timer }
const handlers = new Map(); // name -> Set

// ---- listeners ---------------------------------------------------------------------

// Call `handler` at each event `name`; the answer ends it.
export function on(name, handler) {
  if (!handlers.has(name)) handlers.set(name, new Set());
  handlers.get(name).add(handler);
  return () => handlers.get(name).delete(handler);
}

export function emit(name, value) {
  for (const handler of [...(handlers.get(name) ?? [])]) {
    try {
      handler(value);
    } catch (error) {
      console.error(error);
    }
  }
}

// ---- out ---------------------------------------------------------------------------

function transmit(text) {
  if (text.length <= LONGEST_FRAME) {
    socket.emit(EVENT, text);
    return;
  }
  for (let at = 0; at < text.length; at += LONGEST_FRAME)
    socket.emit(PART, text.slice(at, at + LONGEST_FRAME), at + LONGEST_FRAME >= text.length);
}

const send = (message) => {
  if (mb.connected) transmit(typeof message === "string" ? message : JSON.stringify(message));
};

// Have the session do a command, {type: "RunCommand"} ...; the answer is its number.
export function run(command) {
  if (command.type === "RunCommand" || command.type === "ContinueCommand") mb.place = null;
  const number = ++lastNumber;
  const text = JSON.stringify({ type: "Do", number, command });
  commandsOnTheirWay.set(number, text);
  send(text);
  return number;
}

export function edit(base, changes) {
  editOnItsWay = { type: "Edit", base, changes };
  send(editOnItsWay);
}

function question(message) {
  return new Promise((resolve, reject) => {
    const { id } = message;
    const timer = setTimeout(() => {
      questions.delete(id);
      reject(new Error("MBASIC does not answer. Is the connection down?"));
    }, ANSWER_WITHIN_MS);
    questions.set(id, { text: JSON.stringify(message), resolve, reject, timer });
    send(questions.get(id).text);
  });
}

export const ask = (query) => question({ type: "Ask", id: ++lastId, query });
export const hostAsk = (what, given = {}) => question({ ...given, type: "HostAsk", id: ++lastId, what });
export const setSetting = (key, value) => send({ type: "SetSetting", key, value });
export const resetSettings = (key = "") => send({ type: "ResetSettings", key });

// The console is shown up to here.
export function acknowledge(offset) {
  if (offset - lastAck < 4096 && offset !== seen) return;
  lastAck = offset;
  send({ type: "Ack", offset });
}

// ---- notices -----------------------------------------------------------------------

export function notice(level, text) {
  if (mb.notices.some((other) => other.text === text)) return;
  const id = ++lastId;
  mb.notices.push({ id, level, text });
  if (mb.notices.length > NOTICES_KEPT) mb.notices.shift();
  if (level !== "error") setTimeout(() => dismiss(id), 6000);
  else setTimeout(() => dismiss(id), 15000);
}

export function dismiss(id) {
  mb.notices = mb.notices.filter((other) => other.id !== id);
}

// ---- in ----------------------------------------------------------------------------

// The output of a session: `data` is a Uint8Array, `offset` that of its first byte.
function output(offset, data) {
  if (seen >= 0 && offset > seen) {
    attach();
    return;
  }
  const known = Math.max(0, seen - offset);
  if (seen >= 0 && known >= data.length) return;
  seen = offset + data.length;
  emit("output", { offset: offset + known, data: known ? data.subarray(known) : data });
}

function setState(state) {
  if (state === "running" && mb.state !== "running") {
    mb.runningSince ??= performance.now();
    mb.place = null;
  }
  if (state === "ready" || state === "ended") mb.runningSince = null;
  mb.state = state;
}

const events = {
  OutputEvent: ({ offset, data }) => output(offset, bytesOf(data)),
  StateEvent: ({ state }) => setState(state),
  BreakpointsEvent: ({ places }) => (mb.breakpoints = places),
  WatchesEvent: ({ variables }) => (mb.watches = variables),
  RefusedEvent: ({ text }) => notice("warning", text),
  StoppedEvent(event) {
    const { reason, line, statement, start, end } = event;
    mb.place = STOPPED_AT.has(reason) && line != null ? { line, statement, start, end, reason } : null;
  },
};

const kebab = (type) => type.replace(/Event$/, "").replace(/(?<!^)([A-Z])/g, "-$1").toLowerCase();

function take(taken) {
  mb.taken = Math.max(mb.taken, taken);
  for (const number of commandsOnTheirWay.keys()) if (number <= taken) commandsOnTheirWay.delete(number);
}

const messages = {
  Attached(m) {
    attaching = false;
    clearTimeout(attachTimer);
    mb.connected = mb.everConnected = true;
    mb.superseded = false;
    take(m.taken);
    lastNumber = Math.max(lastNumber, m.taken);
    if (seen > m.offset + bytesOf(m.data).length || (seen >= 0 && m.offset > seen)) {
      emit("console-reset", {});
      seen = -1;
    }
    if (seen < 0) seen = m.offset;
    output(m.offset, bytesOf(m.data));
    setState(m.state);
    mb.runningSince = m.state === "running" || m.running_for > 0 ? performance.now() - m.running_for * 1000 : null;
    mb.breakpoints = m.breakpoints;
    mb.watches = m.watches;
    mb.place = m.place ?? null;
    mb.recent = m.recent;
    mb.programName ||= m.program_name;
    messages.SettingsChanged({ values: m.settings });
    if (m.text !== null && m.text !== undefined) messages.Text({ text: m.text, version: m.text_version });
    else if (editOnItsWay) send(editOnItsWay);
    for (const text of commandsOnTheirWay.values()) send(text);
    for (const { text } of questions.values()) send(text);
    emit("attached", m);
  },
  Shown(m) {
    take(m.taken);
    for (const event of m.events) {
      events[event.type]?.(event);
      if (event.type !== "OutputEvent") emit(kebab(event.type), event);
    }
  },
  TextChanged({ version, changes, view }) {
    if (version <= mb.textVersion) return;
    mb.textVersion = version;
    const mine = view === viewId;
    if (mine) editOnItsWay = null;
    emit("text-changed", { version, changes, mine });
  },
  Text({ text, version }) {
    mb.textVersion = version;
    editOnItsWay = null;
    emit("text", { text, version });
  },
  Answered({ id, answer }) {
    settle(id)?.resolve(answer);
  },
  Failed({ id, text }) {
    settle(id)?.reject(new Error(text));
  },
  SettingsChanged({ values }) {
    mb.settings = values;
    emit("settings", values);
  },
  SettingRefused({ key, text }) {
    emit("setting-refused", { key, text });
    notice("warning", text);
  },
  Notice: ({ level, text }) => notice(level, text),
  Superseded() {
    clearTimeout(attachTimer);
    mb.superseded = true;
    mb.connected = false;
  },
};

function settle(id) {
  const asked = questions.get(id);
  if (!asked) return null;
  questions.delete(id);
  clearTimeout(asked.timer);
  return asked;
}

// ---- the socket --------------------------------------------------------------------

function attach() {
  if (attaching || !socket.connected) return;
  attaching = true;
  clearTimeout(attachTimer);
  attachTimer = setTimeout(() => {
    attaching = false;
    attach();
  }, ATTACH_AGAIN_MS);
  transmit(JSON.stringify({ type: "Attach", view: viewId, seen, text_version: mb.textVersion }));
}

// Take the session back that was opened elsewhere.
export function takeOver() {
  mb.superseded = false;
  attaching = false;
  attach();
}

// NiceGUI's socket, once it is there. `given`: what a server needs to know of this page if it did not make it.
export function start(nicegui, id, given) {
  socket = nicegui;
  viewId = id;
  mb.workspace = given.workspace;
  const manager = socket.io;
  manager.reconnectionDelay(80);
  manager.reconnectionDelayMax(1500);
  Object.assign(manager.opts.query, given);
  socket.on(EVENT, (text) => {
    const message = JSON.parse(text);
    messages[message.type]?.(message);
  });
  socket.on("connect", () => {
    attaching = false;
    attach();
  });
  socket.on("disconnect", (reason) => {
    mb.connected = false;
    attaching = false;
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), CONNECT_AGAIN_MS); // socket.io does not
  });
  if (socket.connected) attach();
}
