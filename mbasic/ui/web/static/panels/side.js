// The panels beside the program, as tabs: one is seen at a time, and only that one asks.
import { mb } from "../connection.js";
import BreakpointsPanel from "./breakpoints.js";
import ProblemsPanel from "./problems.js";
import ProfilePanel from "./profile.js";
import StackPanel from "./stack.js";
import VariablesPanel from "./variables.js";
import WatchesPanel from "./watches.js";

const PANELS = [
  ["variables", "Variables", VariablesPanel],
  ["stack", "Stack", StackPanel],
  ["watches", "Watches", WatchesPanel],
  ["breakpoints", "Breakpoints", BreakpointsPanel],
  ["profile", "Profile", ProfilePanel],
  ["problems", "Problems", ProblemsPanel],
];

export const side = Vue.reactive({ shown: "variables" });
export const showPanel = (name) => (side.shown = name);

export default {
  name: "SidePanels",
  template: `
    <div class="mb-panel">
      <div class="mb-tabs" role="tablist" aria-label="Panels" @keydown.right="move(1)" @keydown.left="move(-1)">
        <button v-for="[name, title] in panels" :key="name" type="button" role="tab" :id="'mb-tab-' + name" :data-testid="'tab-' + name"
                :aria-selected="String(side.shown === name)" aria-controls="mb-tabpanel" :tabindex="side.shown === name ? 0 : -1" @click="side.shown = name">
          {{ title }}<span v-if="name === 'problems' && faults" class="mb-count">{{ faults }}</span>
        </button>
      </div>
      <div id="mb-tabpanel" role="tabpanel" :aria-labelledby="'mb-tab-' + side.shown" style="flex: 1; min-height: 0">
        <component :is="panel"></component>
      </div>
    </div>`,
  data: () => ({ panels: PANELS, side }),
  computed: {
    panel: () => Vue.markRaw(PANELS.find(([name]) => name === side.shown)[2]),
    faults: () => mb.faults.length,
  },
  methods: {
    move(by) {
      const at = PANELS.findIndex(([name]) => name === side.shown);
      side.shown = PANELS[(at + by + PANELS.length) % PANELS.length][0];
      this.$nextTick(() => document.getElementById(`mb-tab-${side.shown}`)?.focus());
    },
  },
};
