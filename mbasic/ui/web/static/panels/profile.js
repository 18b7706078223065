// Where the time goes: count and time of each line, also as heat beside the program.
import { ask, mb, run } from "../connection.js";
import { editor } from "../editor.js";
import { watching } from "./watching.js";

export default {
  name: "ProfilePanel",
  mixins: [watching],
  template: `
    <div class="mb-panel" data-testid="profile">
      <div class="mb-panel-head">
        <label><input type="checkbox" v-model="on" data-testid="profile-on" @change="toggle"> Measure</label>
        <span style="flex: 1"></span>
        <button class="mb-button" type="button" :disabled="!lines.length" @click="clear">Clear</button>
      </div>
      <div class="mb-panel-body" tabindex="0" role="region" aria-label="Profile">
        <table v-if="lines.length" class="mb-table">
          <thead><tr><th>Line</th><th style="text-align: right">Times</th><th style="text-align: right">Milliseconds</th><th style="text-align: right">Share</th></tr></thead>
          <tbody>
            <tr v-for="row in byCost" :key="row.line">
              <td><button class="mb-button plain" type="button" @click="goTo(row.line)">{{ row.line }}</button></td>
              <td style="text-align: right">{{ row.count }}</td>
              <td style="text-align: right">{{ (row.seconds * 1000).toFixed(1) }}</td>
              <td style="text-align: right">{{ Math.round((100 * row.seconds) / total) }}%</td>
            </tr>
          </tbody>
        </table>
        <p v-else class="mb-panel-empty">Switch “Measure” on and run: every line's count and time. A program runs slower meanwhile.</p>
      </div>
    </div>`,
  data: () => ({ lines: [], on: false }),
  computed: {
    total() {
      return this.lines.reduce((sum, { seconds }) => sum + seconds, 0) || 1;
    },
    byCost() {
      return [...this.lines].sort((a, b) => b.seconds - a.seconds);
    },
  },
  methods: {
    async refresh() {
      const answer = await ask({ type: "ProfileQuery" });
      this.on = answer.on;
      this.lines = answer.lines;
      const lines = this.lines.map(({ line, count, seconds }) => [line, count, seconds]);
      mb.profile = lines.length ? { lines, total: this.total } : null;
    },
    toggle() {
      run({ type: "ProfileCommand", on: this.on, clear: this.on });
      this.ask();
    },
    clear() {
      run({ type: "ProfileCommand", on: this.on, clear: true });
      this.ask();
    },
    goTo: (line) => editor.goTo(line),
  },
};
