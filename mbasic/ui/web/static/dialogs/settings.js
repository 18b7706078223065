// The settings, as their definitions describe them: a row each, with what it is for. A change is sent at once.
import { hostAsk, mb, on, resetSettings, setSetting } from "../connection.js";
import MbDialog from "./dialog.js";

export default {
  name: "SettingsDialog",
  components: { MbDialog },
  emits: ["close"],
  template: `
    <mb-dialog title="Settings" testid="settings-dialog" @close="$emit('close')">
      <input class="mb-input" style="width: 100%" type="search" v-model="wanted" placeholder="Search settings"
             aria-label="Search settings" data-testid="settings-search">
      <section v-for="[category, rows] in groups" :key="category">
        <h3 class="text-subtitle1 q-mt-md q-mb-none">{{ category }}</h3>
        <div v-for="row in rows" :key="row.key" class="mb-settings-row" :data-testid="'setting-row-' + row.key">
          <label :for="'mb-setting-' + row.key">{{ row.title }}</label>
          <select v-if="row.choices?.length" class="mb-input" :id="'mb-setting-' + row.key" :value="String(value(row))"
                  :data-testid="'setting-' + row.key" @change="set(row, $event.target.value)">
            <option v-for="choice in row.choices" :key="choice" :value="String(choice)">{{ choice }}</option>
          </select>
          <input v-else-if="row.type === 'boolean'" type="checkbox" :id="'mb-setting-' + row.key" :checked="value(row)"
                 :data-testid="'setting-' + row.key" @change="set(row, $event.target.checked)">
          <input v-else class="mb-input" :type="row.type === 'integer' ? 'number' : 'text'" :id="'mb-setting-' + row.key"
                 :value="value(row)" :min="row.range?.[0]" :max="row.range?.[1]" :data-testid="'setting-' + row.key" @input="typed[row.key] = $event.target.value"
                 @change="set(row, $event.target.value)">
          <span class="mb-note">{{ row.description }} <span class="mb-key">{{ row.key }}</span></span>
          <span v-if="refused[row.key]" class="mb-bad" role="alert">{{ refused[row.key] }}</span>
        </div>
      </section>
      <p v-if="!groups.length" class="mb-note">No setting has “{{ wanted }}” in its name or text.</p>
      <template #footer>
        <button class="mb-button" type="button" data-testid="settings-reset" @click="reset">All as they were</button>
        <button class="mb-button primary" type="button" @click="$emit('close')">Done</button>
      </template>
    </mb-dialog>`,
  data: () => ({ rows: [], wanted: "", refused: {}, typed: {} }),
  computed: {
    groups() {
      const wanted = this.wanted.toLowerCase();
      const groups = new Map();
      for (const row of this.rows) {
        if (!`${row.key} ${row.title} ${row.description} ${row.help ?? ""}`.toLowerCase().includes(wanted)) continue;
        if (!groups.has(row.category)) groups.set(row.category, []);
        groups.get(row.category).push(row);
      }
      return [...groups];
    },
  },
  async mounted() {
    this.stops = [
      on("setting-refused", ({ key, text }) => (this.refused[key] = text)),
      on("settings", (values) => this.forgetTyped(values)),
    ];
    this.rows = await hostAsk("Settings", {});
  },
  beforeUnmount() {
    this.stops?.forEach((stop) => stop());
  },
  methods: {
    // What is being typed stays while other settings change.
    value(row) {
      return this.typed[row.key] ?? mb.settings[row.key] ?? row.value;
    },
    forgetTyped(values) {
      for (const [key, text] of Object.entries(this.typed)) if (String(values[key]) === text) delete this.typed[key];
    },
    set(row, value) {
      delete this.refused[row.key];
      setSetting(row.key, row.type === "integer" && value !== "" ? Number(value) : value);
    },
    reset() {
      this.refused = {};
      this.typed = {};
      resetSettings();
    },
  },
};
