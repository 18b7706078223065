// All breakpoints; a click goes to the line.
import { mb, run } from "../connection.js";
import { editor } from "../editor.js";

export default {
  name: "BreakpointsPanel",
  template: `
    <div class="mb-panel" data-testid="breakpoints">
      <div class="mb-panel-body" tabindex="0" role="region" aria-label="Breakpoints">
        <table v-if="mb.breakpoints.length" class="mb-table">
          <tbody>
            <tr v-for="[line, statement] in mb.breakpoints" :key="line + '.' + statement">
              <td><button class="mb-button plain" type="button" @click="goTo(line)">{{ line }}{{ statement > 1 ? "." + statement : "" }}</button></td>
              <td style="text-align: right"><button class="mb-button plain" type="button" :aria-label="'Clear the breakpoint at ' + line" @click="clear(line, statement)">✕</button></td>
            </tr>
          </tbody>
        </table>
        <p v-else class="mb-panel-empty">Click beside a line, or press F9 in it: the program stops there.</p>
      </div>
    </div>`,
  data: () => ({ mb }),
  methods: {
    goTo: (line) => editor.goTo(line),
    clear: (line, statement) => run({ type: "BreakpointCommand", line, statement, on: false }),
  },
};
