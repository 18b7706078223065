// The page: menus, toolbar, program, console, panels, status line.
//
// Where the parts plug in:
//   editor.js          the program; exports `editor`, and the component as default
//   console.js         the terminal
//   panels/side.js     the panels beside the program; a panel more is a row of its table
//   dialogs/dialogs.js every dialog; `open("name")` shows one
//   commands.js        the table of commands: menus, toolbar, palette and keys come from it
//   connection.js      the session: `mb` is what it is like now, `run` commands it, `ask` asks it
import { startAutosave } from "./autosave.js";
import { MENUS, byId, commands, handleKey, isEnabled, perform } from "./commands.js";
import { dismiss, emit, mb, notice, on, setSetting, start, takeOver } from "./connection.js";
import ConsolePane, { focusConsole, press } from "./console.js";
import { DialogHost } from "./dialogs/dialogs.js";
import EditorPane, { editor } from "./editor.js";
import { layout } from "./layout.js";
import SidePanels from "./panels/side.js";
import { openText, transfer } from "./programs.js";
import { linkedProgram } from "./share.js";
import { WELCOME } from "./welcome.js";

const STATES = { ready: "Ready", running: "Running", waiting: "Waiting for input", keys: "Waiting for a key", editing: "EDIT", auto: "AUTO", ended: "Ended" };

// ---- menus -------------------------------------------------------------------------

const MenuBar = {
  name: "MenuBar",
  template: `
    <nav class="mb-menubar" role="menubar" aria-label="Menu" @keydown="keys">
      <div v-for="menu in menus" :key="menu" class="mb-menu" role="none">
        <button type="button" role="menuitem" aria-haspopup="menu" :aria-expanded="String(shown === menu)" :data-testid="'menu-' + menu.toLowerCase()"
                :tabindex="menu === (shown ?? 'File') ? 0 : -1" :ref="(el) => (heads[menu] = el)"
                @click="toggle(menu)" @mouseenter="shown && (shown = menu)">{{ menu }}</button>
        <div v-if="shown === menu" class="mb-menu-list" role="menu" :aria-label="menu">
          <template v-for="command in of(menu)" :key="command.id">
            <div v-if="command.separate" class="mb-menu-line" role="separator"></div>
            <button type="button" :role="command.checked ? 'menuitemcheckbox' : 'menuitem'" tabindex="-1" :disabled="!enabled(command)"
                    :aria-checked="command.checked ? String(command.checked()) : null" :data-testid="'command-' + command.id" @click="choose(command)">
              <span class="mb-tick">{{ command.checked?.() ? "✓" : "" }}</span><span>{{ command.title }}</span>
              <span class="mb-menu-key">{{ command.shown ?? command.keys ?? "" }}</span>
            </button>
          </template>
        </div>
      </div>
    </nav>`,
  data: () => ({ menus: MENUS, shown: null, heads: {} }),
  mounted() {
    this.away = (event) => this.$el.contains(event.target) || (this.shown = null);
    document.addEventListener("pointerdown", this.away);
  },
  beforeUnmount() {
    document.removeEventListener("pointerdown", this.away);
  },
  methods: {
    of: (menu) => commands.filter((command) => command.menu === menu),
    enabled: isEnabled,
    toggle(menu) {
      this.shown = this.shown === menu ? null : menu;
      if (this.shown) this.$nextTick(() => this.items()[0]?.focus());
    },
    choose(command) {
      const head = this.heads[this.shown];
      this.shown = null;
      head?.focus();
      this.$nextTick(() => perform(command));
    },
    items() {
      return [...this.$el.querySelectorAll(".mb-menu-list button:not([disabled])")];
    },
    keys(event) {
      const { key } = event;
      if (key === "Escape" && this.shown) {
        this.heads[this.shown].focus();
        this.shown = null;
      } else if (key === "ArrowRight" || key === "ArrowLeft") this.beside(key === "ArrowRight" ? 1 : -1);
      else if (key === "ArrowDown" || key === "ArrowUp") this.below(key === "ArrowDown" ? 1 : -1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    beside(by) {
      const focused = MENUS.findIndex((menu) => this.heads[menu] === document.activeElement);
      const at = this.shown ? MENUS.indexOf(this.shown) : focused;
      const menu = MENUS[(at + by + MENUS.length) % MENUS.length];
      if (this.shown) {
        this.shown = menu;
        this.$nextTick(() => this.items()[0]?.focus());
      } else this.heads[menu].focus();
    },
    below(by) {
      if (!this.shown) {
        this.shown = MENUS.find((menu) => this.heads[menu] === document.activeElement) ?? MENUS[0];
        this.$nextTick(() => this.items()[0]?.focus());
        return;
      }
      const items = this.items();
      const at = items.indexOf(document.activeElement);
      items[(at + by + items.length) % items.length]?.focus();
    },
  },
};

// ---- toolbar -----------------------------------------------------------------------

const ToolBar = {
  name: "ToolBar",
  template: `
    <div class="mb-toolbar" role="toolbar" aria-label="Run and debug">
      <button v-for="command in bar" :key="command.id" type="button" class="mb-tool" :class="[command.tone, command.id]" :data-testid="command.id"
              :disabled="!enabled(command)" :title="command.title + (command.keys ? ' (' + (command.shown ?? command.keys) + ')' : '')" @click="perform(command)">
        <i class="material-icons" aria-hidden="true">{{ command.icon }}</i><span>{{ command.short ?? command.title }}</span>
      </button>
    </div>`,
  data: () => ({ bar: commands.filter((command) => command.bar) }),
  methods: { enabled: isEnabled, perform },
};

const QuickBar = {
  name: "QuickBar",
  template: `
    <div class="mb-toolbar" role="toolbar" aria-label="Files, help and settings">
      <button v-for="command in bar" :key="command.id" type="button" class="mb-tool plain" :data-testid="ids[command.id] ?? command.id"
              :title="command.title.replace(' …', '') + (command.keys ? ' (' + command.keys + ')' : '')" :aria-label="command.title.replace(' …', '')" @click="perform(command)">
        <i class="material-icons" aria-hidden="true">{{ command.icon }}</i>
      </button>
    </div>`,
  data: () => ({ bar: ["files", "examples", "share", "help", "settings"].map((id) => byId[id]), ids: {} }),
  methods: { perform },
};

// ---- splitters ---------------------------------------------------------------------

const Splitter = {
  name: "MbSplitter",
  props: { label: String, share: Number, along: String },
  emits: ["update:share"],
  template: `
    <div class="mb-splitter" :class="along" role="separator" tabindex="0" :aria-label="label" :aria-orientation="along === 'x' ? 'vertical' : 'horizontal'"
         :aria-valuenow="Math.round(share * 100)" aria-valuemin="15" aria-valuemax="85"
         @pointerdown="begin" @keydown="key" @dblclick="$emit('update:share', 0.5)"></div>`,
  methods: {
    begin(event) {
      const box = this.$el.parentElement.getBoundingClientRect();
      const move = ({ clientX, clientY }) =>
        this.set(this.along === "x" ? (clientX - box.left) / box.width : (clientY - box.top) / box.height);
      const end = () => {
        this.$el.removeEventListener("pointermove", move);
        document.body.classList.remove("mb-dragging");
      };
      event.preventDefault();
      this.$el.setPointerCapture(event.pointerId);
      document.body.classList.add("mb-dragging");
      this.$el.addEventListener("pointermove", move);
      this.$el.addEventListener("lostpointercapture", end, { once: true });
    },
    key(event) {
      const by = { ArrowLeft: -0.02, ArrowUp: -0.02, ArrowRight: 0.02, ArrowDown: 0.02 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.set(this.share + by);
    },
    set(share) {
      this.$emit("update:share", Math.min(0.85, Math.max(0.15, share)));
    },
  },
};

// ---- keys that phones lack -----------------------------------------------------------

const TouchKeys = {
  name: "TouchKeys",
  template: `
    <div class="mb-touch" role="toolbar" aria-label="Keys">
      <button v-for="[name, sign, title] in keys" :key="name" type="button" class="mb-tool" :aria-label="title" :class="{ on: name === 'Control' && control }"
              :data-testid="'key-' + name.toLowerCase()" @pointerdown.prevent @click="hit(name)">{{ sign }}</button>
    </div>`,
  data: () => ({
    control: false,
    keys: [
      ["Break", "Break", "Break"], ["Escape", "Esc", "Escape"], ["Control", "Ctrl", "Control, for the next key"], ["Tab", "Tab", "Tab"],
      ["ArrowLeft", "←", "Left"], ["ArrowUp", "↑", "Up"], ["ArrowDown", "↓", "Down"], ["ArrowRight", "→", "Right"], ["Enter", "⏎", "Enter"],
    ],
  }),
  mounted() {
    this.typed = (event) => {
      if (!this.control || !event.target.closest?.(".mb-console") || event.data?.length !== 1) return;
      event.preventDefault();
      this.control = false;
      press(event.data, { ctrl: true });
    };
    document.addEventListener("beforeinput", this.typed, true);
  },
  beforeUnmount() {
    document.removeEventListener("beforeinput", this.typed, true);
  },
  methods: {
    hit(name) {
      if (name === "Control") this.control = !this.control;
      else if (name === "Break") press("c", { ctrl: true });
      else {
        press(name, { ctrl: this.control });
        this.control = false;
      }
      focusConsole();
    },
  },
};

// ---- the page ------------------------------------------------------------------------

function applySettings({ theme = "light", font_size = 14 }) {
  const root = document.documentElement;
  root.style.setProperty("--mb-font-size", `${font_size}px`);
  if (root.dataset.theme !== theme) {
    root.dataset.theme = theme;
    try {
      localStorage.setItem("mbasic.theme", theme);
    } catch {
      // no storage here
    }
  }
  Quasar.Dark.set(getComputedStyle(root).colorScheme === "dark");
  emit("theme", theme);
}

// A link may bring a program; it is put into the editor once, and the address is plain again.
async function openLink() {
  try {
    const linked = await linkedProgram(location.hash);
    if (!linked) return;
    history.replaceState(null, "", location.pathname);
    if (linked.form !== "ide") layout.form = "play";
    if ((await openText("", linked.text)) && linked.form === "auto") perform(byId.run);
  } catch (error) {
    history.replaceState(null, "", location.pathname);
    notice("error", error.message);
  }
}

export default {
  name: "MbasicDesk",
  components: { ConsolePane, DialogHost, EditorPane, MbSplitter: Splitter, MenuBar, QuickBar, SidePanels, ToolBar, TouchKeys },
  props: { workspace: Number, files: String, firstText: String },
  template: `
    <div class="mb-desk" :class="{ phone: layout.phone, tall: layout.tall, play: layout.form === 'play' }">
      <header class="mb-header">
        <span class="mb-brand" aria-hidden="true">MBASIC</span><h1 class="mb-hidden">MBASIC</h1>
        <MenuBar v-if="layout.form !== 'play'"></MenuBar>
        <ToolBar></ToolBar>
        <span class="mb-grow"></span>
        <button v-if="layout.form === 'play'" type="button" class="mb-tool" data-testid="show-program" @click="layout.form = 'ide'">
          <i class="material-icons" aria-hidden="true">edit</i><span>Show the program</span></button>
        <QuickBar v-else-if="!layout.phone"></QuickBar>
      </header>
      <main class="mb-main" :style="shares">
        <section v-show="shows('editor') || shows('side')" class="mb-column">
          <div v-show="shows('editor')" class="mb-pane mb-pane-editor"><EditorPane></EditorPane></div>
          <MbSplitter v-if="!layout.phone && layout.sideShown" along="y" label="Height of the program" :share="1 - layout.sideShare" @update:share="layout.sideShare = 1 - $event"></MbSplitter>
          <div v-if="shows('side')" class="mb-pane mb-pane-side"><SidePanels></SidePanels></div>
        </section>
        <MbSplitter v-if="!layout.phone && layout.form !== 'play'" :along="layout.tall ? 'y' : 'x'" label="Size of the program" v-model:share="layout.editorShare"></MbSplitter>
        <section v-show="shows('console')" class="mb-pane mb-pane-console">
          <ConsolePane></ConsolePane>
          <TouchKeys v-if="touch"></TouchKeys>
        </section>
      </main>
      <nav v-if="layout.phone && layout.form !== 'play'" class="mb-phone-tabs" aria-label="Parts of the page">
        <button v-for="[name, title, icon] in tabs" :key="name" type="button" :aria-pressed="String(layout.tab === name)" :data-testid="'show-' + name" @click="layout.tab = name">
          <i class="material-icons" aria-hidden="true">{{ icon }}</i>{{ title }}</button>
      </nav>
      <footer class="mb-status">
        <span class="mb-state" :class="mb.connected ? mb.state : 'away'" data-testid="status" role="status">{{ status }}</span>
        <span v-if="mb.programName" class="mb-name" data-testid="program-name">{{ mb.programName }}</span>
        <span class="mb-grow"></span>
        <span v-if="mb.faults.length" class="mb-bad">{{ mb.faults.length === 1 ? "1 problem" : mb.faults.length + " problems" }}</span>
        <span v-if="mb.cursorLine !== null">Line {{ mb.cursorLine }}</span>
        <span v-if="mb.workspace">Workspace {{ mb.workspace }}</span>
        <span class="mb-hint">Ctrl+Shift+P: all commands</span>
      </footer>
      <div class="mb-notices" role="alert" aria-live="assertive">
        <div v-for="note in mb.notices" :key="note.id" class="mb-notice" :class="note.level" :data-testid="'notice-' + note.level">
          <span>{{ note.text }}
            <template v-if="note.text.includes('could not be restored')">
              <a :href="transfer('rescue.zip')" download data-testid="rescue">Download what could be read</a> ·
              <a href="/s/new">Open a new session</a></template></span><button type="button" class="mb-button plain" aria-label="Dismiss" @click="dismiss(note.id)">✕</button>
        </div>
      </div>
      <div v-if="mb.superseded" class="mb-cover" role="alertdialog" aria-label="Opened elsewhere" data-testid="superseded">
        <div><h2>This session is open elsewhere</h2><p>It goes on there. What you see here is as it was.</p>
          <button type="button" class="mb-button primary" data-testid="use-here" @click="takeOver">Use it here</button></div>
      </div>
      <DialogHost></DialogHost>
    </div>`,
  data: () => ({
    mb,
    layout,
    now: performance.now(),
    touch: window.matchMedia("(pointer: coarse)").matches,
    tabs: [["editor", "Program", "edit_note"], ["console", "Console", "terminal"], ["side", "Panels", "table_rows"]],
  }),
  computed: {
    shares() {
      return { "--mb-editor-share": layout.editorShare, "--mb-side-share": layout.sideShown || layout.phone ? layout.sideShare : 0 };
    },
    status() {
      if (mb.superseded) return "Open elsewhere";
      if (!mb.connected) return mb.everConnected ? "Connecting again …" : "Connecting …";
      const at = mb.place && mb.state === "ready" ? `Stopped in line ${mb.place.line}` : (STATES[mb.state] ?? mb.state);
      const seconds = mb.state === "running" && mb.runningSince !== null ? Math.floor((this.now - mb.runningSince) / 1000) : 0;
      return seconds > 0 ? `${at} · ${seconds} s` : at;
    },
  },
  mounted() {
    on("settings", applySettings);
    startAutosave();
    window.addEventListener("keydown", handleKey, true);
    setInterval(() => mb.state === "running" && (this.now = performance.now()), 1000);
    const first = on("attached", ({ text, text_version }) => {
      first();
      if (text === "" && text_version === 0 && !location.hash) editor.setText(this.firstText || WELCOME);
      openLink();
    });
    this.$nextTick(() => {
      start(window.socket, window.clientId, { workspace: this.workspace, files: this.files });
    });
  },
  methods: {
    dismiss,
    takeOver,
    transfer,
    shows(name) {
      if (layout.form === "play") return name === "console";
      if (layout.phone) return layout.tab === name;
      return name !== "side" || layout.sideShown;
    },
  },
};

// For tests and for the curious: the session from the browser's own console.
window.mbasic = Object.assign(window.mbasic ?? {}, { mb, setSetting });
