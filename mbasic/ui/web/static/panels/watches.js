// Watched variables and their values; a run stops behind every statement that changes one.
import { ask, mb, run } from "../connection.js";
import { base64Of, narrow, textOf } from "../bytes.js";
import { watching } from "./watching.js";

export default {
  name: "WatchesPanel",
  mixins: [watching],
  template: `
    <div class="mb-panel" data-testid="watches">
      <form class="mb-panel-head" @submit.prevent="add">
        <input class="mb-input" v-model="name" placeholder="A$ or M%(3,4)" aria-label="Variable to watch" style="flex: 1"
               data-testid="watch-name" autocomplete="off" spellcheck="false">
        <button class="mb-button" type="submit">Watch</button>
      </form>
      <div class="mb-panel-body" tabindex="0" role="region" aria-label="Watches">
        <table v-if="rows.length" class="mb-table">
          <tbody>
            <tr v-for="row in rows" :key="row.name">
              <td class="mono">{{ row.name }}</td><td class="mono">{{ row.value }}</td>
              <td style="text-align: right"><button class="mb-button plain" type="button" :aria-label="'Watch ' + row.name + ' no more'" @click="remove(row.name)">✕</button></td>
            </tr>
          </tbody>
        </table>
        <p v-else class="mb-panel-empty">A run stops behind every statement that changes a watched variable.</p>
      </div>
    </div>`,
  data: () => ({ rows: [], name: "" }),
  computed: {
    watches: () => mb.watches,
  },
  watch: {
    watches() {
      this.ask();
    },
  },
  methods: {
    async refresh() {
      const { values } = await ask({ type: "WatchesQuery" });
      this.rows = values.map(({ variable, value }) => ({ name: textOf(variable), value: textOf(value) }));
    },
    set: (name, on) => run({ type: "WatchCommand", variable: base64Of(narrow(name)), on }),
    add() {
      if (this.name.trim()) this.set(this.name.trim().toUpperCase(), true);
      this.name = "";
    },
    remove(name) {
      this.set(name, false);
    },
  },
};
