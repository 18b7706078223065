// The control stack: the open GOSUBs, FORs and WHILEs, the newest first; a click goes to the line.
import { ask } from "../connection.js";
import { textOf } from "../bytes.js";
import { editor } from "../editor.js";
import { watching } from "./watching.js";

export default {
  name: "StackPanel",
  mixins: [watching],
  template: `
    <div class="mb-panel" data-testid="stack">
      <div class="mb-panel-body" tabindex="0" role="region" aria-label="Call stack">
        <table v-if="entries.length" class="mb-table">
          <thead><tr><th>What</th><th>Line</th><th>How it stands</th></tr></thead>
          <tbody>
            <tr v-for="(entry, at) in entries" :key="at">
              <td class="mono">{{ entry.kind }}</td>
              <td><button v-if="entry.line !== null" class="mb-button plain" type="button" @click="goTo(entry.line)">{{ entry.line }}</button><span v-else class="mb-note">direct</span></td>
              <td class="mono">{{ about(entry) }}</td>
            </tr>
          </tbody>
        </table>
        <p v-else class="mb-panel-empty">Nothing is open: no GOSUB, FOR or WHILE.</p>
      </div>
    </div>`,
  data: () => ({ entries: [] }),
  methods: {
    async refresh() {
      this.entries = (await ask({ type: "StackQuery" })).entries;
    },
    about(entry) {
      if (entry.kind === "FOR" && entry.variable) {
        const [variable, value, limit, step] = ["variable", "value", "limit", "step"].map((key) => textOf(entry[key]));
        return `${variable}=${value} TO ${limit} STEP ${step}`;
      }
      if (entry.kind === "GOSUB" && entry.back !== null) return `back to ${entry.back}`;
      return textOf(entry.text);
    },
    goTo: (line) => editor.goTo(line),
  },
};
