// The faults that were found in the program while it was typed.
import { mb } from "../connection.js";
import { editor } from "../editor.js";

export default {
  name: "ProblemsPanel",
  template: `
    <div class="mb-panel" data-testid="problems">
      <div class="mb-panel-body" tabindex="0" role="region" aria-label="Problems">
        <ul v-if="mb.faults.length" class="mb-list">
          <li v-for="(fault, at) in mb.faults" :key="at">
            <button type="button" @click="goTo(fault)"><span class="mb-bad">{{ fault.message }}</span> <span class="mb-note">row {{ fault.line + 1 }}</span></button>
          </li>
        </ul>
        <p v-else class="mb-panel-empty">No faults found.</p>
      </div>
    </div>`,
  data: () => ({ mb }),
  methods: {
    goTo: (fault) => editor.goToRow(fault.line, fault.start),
  },
};
