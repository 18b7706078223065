// Help: every statement, function and message of the language's own table; searched while typing.
import { hostAsk } from "../connection.js";
import MbDialog from "./dialog.js";

const KINDS = {
  command: "Commands",
  statement: "Statements",
  function: "Functions",
  operator: "Operators",
  error: "Messages",
  extension: "Not in MBASIC 5.21",
};

export default {
  name: "HelpDialog",
  components: { MbDialog },
  props: { topic: { type: String, default: "" } },
  emits: ["close"],
  template: `
    <mb-dialog title="Help" wide testid="help-dialog" @close="$emit('close')">
      <div class="mb-columns">
        <div>
          <input class="mb-input" style="width: 100%" type="search" v-model="wanted" placeholder="Search: PRINT, files, error 5 …"
                 aria-label="Search help" data-testid="help-search" @keydown.down.prevent="move(1)" @keydown.up.prevent="move(-1)">
          <ul class="mb-list q-mt-sm" style="max-height: 55vh; overflow: auto" role="listbox" aria-label="Topics">
            <template v-for="(entry, at) in found" :key="entry.kind + entry.name">
              <li v-if="!at || found[at - 1].kind !== entry.kind" class="mb-group" role="presentation">{{ kinds[entry.kind] ?? entry.kind }}</li>
              <li role="presentation">
                <button type="button" role="option" :aria-selected="String(entry.name === shown)" :title="entry.summary"
                        @click="show(entry.name)">
                  <b class="mb-mono">{{ entry.name }}</b>
                </button>
              </li>
            </template>
          </ul>
        </div>
        <article data-testid="help-text" style="min-height: 55vh" aria-live="polite">
          <pre class="mb-mono" style="margin: 0">{{ text }}</pre>
        </article>
      </div>
    </mb-dialog>`,
  data: () => ({ kinds: KINDS, index: [], wanted: "", shown: "", text: "", matches: null }),
  computed: {
    found() {
      const wanted = this.wanted.trim().toUpperCase();
      if (!wanted) return this.index;
      const begins = (entry) => entry.name.toUpperCase().startsWith(wanted);
      const holds = (entry) => this.matches?.has(entry.name) || `${entry.name} ${entry.summary}`.toUpperCase().includes(wanted);
      return this.index.filter(begins).concat(this.index.filter((entry) => !begins(entry) && holds(entry)));
    },
  },
  watch: {
    async wanted(wanted) {
      this.matches = null;
      if (wanted.trim().length < 2) return;
      const names = await hostAsk("HelpSearch", { text: wanted }).catch(() => []);
      if (wanted === this.wanted) this.matches = new Set(names);
    },
    found(found) {
      if (this.wanted && found.length && !found.some((entry) => entry.name === this.shown)) this.show(found[0].name);
    },
  },
  async mounted() {
    this.index = await hostAsk("HelpIndex", {});
    const wanted = this.topic.toUpperCase();
    const entry = this.index.find(({ name }) => name.toUpperCase() === wanted);
    await this.show(entry?.name ?? "");
    if (wanted && !entry) this.wanted = this.topic;
  },
  methods: {
    async show(name) {
      this.shown = name;
      this.text = await hostAsk("Help", { topic: name }).catch((error) => error.message);
    },
    move(by) {
      const at = this.found.findIndex((entry) => entry.name === this.shown);
      const next = this.found[Math.min(Math.max(at + by, 0), this.found.length - 1)];
      if (next) this.show(next.name);
    },
  },
};
