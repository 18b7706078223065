// The command palette: every command of the table, found by a few letters of its title.
import { commands } from "../commands.js";
import MbDialog from "./dialog.js";

function score(title, wanted) {
  const at = title.indexOf(wanted);
  if (at >= 0) return at;
  let place = -1;
  for (const letter of wanted) {
    place = title.indexOf(letter, place + 1);
    if (place < 0) return null;
  }
  return 100 + place;
}

export default {
  name: "PaletteDialog",
  components: { MbDialog },
  emits: ["close"],
  template: `
    <mb-dialog title="Commands" testid="palette" @close="$emit('close')">
      <input class="mb-input" style="width: 100%" v-model="wanted" placeholder="What do you want to do?" role="combobox"
             aria-label="Search commands" aria-controls="mb-palette-list" aria-expanded="true" data-testid="palette-search"
             :aria-activedescendant="found.length ? 'mb-palette-' + at : null" autocomplete="off" spellcheck="false"
             @keydown.down.prevent="at = Math.min(at + 1, found.length - 1)" @keydown.up.prevent="at = Math.max(at - 1, 0)"
             @keydown.enter.prevent="choose(found[at])">
      <ul id="mb-palette-list" class="mb-list q-mt-sm" role="listbox" aria-label="Commands" style="max-height: 50vh; overflow: auto">
        <li v-for="(command, index) in found" :key="command.id" role="presentation">
          <button type="button" role="option" tabindex="-1" :id="'mb-palette-' + index" :aria-selected="String(index === at)"
                  @click="choose(command)">
            {{ command.title }} <span v-if="command.keys" class="mb-key" style="float: right">{{ command.keys }}</span>
          </button>
        </li>
      </ul>
      <p v-if="!found.length" class="mb-note">No command is called like that.</p>
    </mb-dialog>`,
  data: () => ({ wanted: "", at: 0 }),
  computed: {
    found() {
      const wanted = this.wanted.trim().toLowerCase();
      return commands
        .filter((command) => command.enabled?.() ?? true)
        .map((command) => [score(command.title.toLowerCase(), wanted), command])
        .filter(([rank]) => rank !== null)
        .sort(([a], [b]) => (wanted ? a - b : 0))
        .map(([, command]) => command);
    },
  },
  watch: {
    wanted() {
      this.at = 0;
    },
    at() {
      this.$nextTick(() => document.getElementById(`mb-palette-${this.at}`)?.scrollIntoView({ block: "nearest" }));
    },
  },
  mounted() {
    this.$el.querySelector("input").focus();
  },
  methods: {
    choose(command) {
      if (!command) return;
      this.$emit("close");
      this.$nextTick(() => command.run());
    },
  },
};
