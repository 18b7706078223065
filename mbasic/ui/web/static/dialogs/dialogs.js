// Which dialog is open, and the component that shows it. Others call `open("files")`.
import AboutDialog from "./about.js";
import ExamplesDialog from "./examples.js";
import FilesDialog from "./files.js";
import HelpDialog from "./help.js";
import PaletteDialog from "./palette.js";
import QuestionDialog from "./question.js";
import SettingsDialog from "./settings.js";
import ShareDialog from "./share.js";

const DIALOGS = {
  about: AboutDialog,
  examples: ExamplesDialog,
  files: FilesDialog,
  help: HelpDialog,
  palette: PaletteDialog,
  question: QuestionDialog,
  settings: SettingsDialog,
  share: ShareDialog,
};

const current = Vue.shallowReactive({ name: null, given: {}, answer: null });

export function open(name, given = {}) {
  close();
  Object.assign(current, { name, given });
}

export function close(value = null) {
  const { answer } = current;
  Object.assign(current, { name: null, given: {}, answer: null });
  answer?.(value);
}

// Ask for some values; `fields` are [{ key, label, value, type }]. The answer is an object, or null where the user leaves.
export function ask(title, { text = "", fields = [], confirm = "OK" } = {}) {
  return new Promise((resolve) => {
    open("question", { title, text, fields, confirm });
    current.answer = resolve;
  });
}

export const DialogHost = {
  name: "DialogHost",
  template: `<component :is="dialog" v-if="dialog" :key="current.name" v-bind="current.given" @close="close"></component>`,
  data: () => ({ current }),
  computed: {
    dialog() {
      return current.name && Vue.markRaw(DIALOGS[current.name]);
    },
  },
  methods: {
    close: (value) => close(value ?? null),
  },
};
