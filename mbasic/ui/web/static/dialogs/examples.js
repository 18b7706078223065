// The example programs by category; one click opens one in the editor.
import { hostAsk } from "../connection.js";
import { editor } from "../editor.js";
import { openText } from "../programs.js";
import MbDialog from "./dialog.js";

export default {
  name: "ExamplesDialog",
  components: { MbDialog },
  emits: ["close"],
  template: `
    <mb-dialog title="Examples" wide testid="examples-dialog" @close="$emit('close')">
      <input class="mb-input" style="width: 100%" type="search" v-model="wanted" placeholder="Search examples"
             aria-label="Search examples" data-testid="examples-search">
      <section v-for="[category, rows] in groups" :key="category">
        <h3 class="text-subtitle1 q-mt-md q-mb-none">{{ category }}</h3>
        <ul class="mb-list">
          <li v-for="row in rows" :key="row.name">
            <button type="button" :data-testid="'example-' + row.name" @click="choose(row)">
              <b>{{ row.title }}</b> <span class="mb-note">{{ row.description }}</span>
            </button>
          </li>
        </ul>
      </section>
      <p v-if="!groups.length" class="mb-note">No example is like that.</p>
    </mb-dialog>`,
  data: () => ({ rows: [], wanted: "" }),
  computed: {
    groups() {
      const wanted = this.wanted.toLowerCase();
      const groups = new Map();
      for (const row of this.rows) {
        if (!`${row.name} ${row.title} ${row.description} ${row.category}`.toLowerCase().includes(wanted)) continue;
        if (!groups.has(row.category)) groups.set(row.category, []);
        groups.get(row.category).push(row);
      }
      return [...groups];
    },
  },
  async mounted() {
    this.rows = await hostAsk("Examples", {});
  },
  methods: {
    async choose(row) {
      const text = await hostAsk("Example", { name: row.name });
      this.$emit("close");
      await this.$nextTick();
      if (await openText(row.name, text)) editor.focus();
    },
  },
};
