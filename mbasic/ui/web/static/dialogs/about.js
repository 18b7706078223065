// What this is, and the keys.
import { commands } from "../commands.js";
import MbDialog from "./dialog.js";

export default {
  name: "AboutDialog",
  components: { MbDialog },
  emits: ["close"],
  template: `
    <mb-dialog title="MBASIC" testid="about-dialog" @close="$emit('close')">
      <p>Microsoft's BASIC-80 5.21, the MBASIC of CP/M, in your browser: the same digits, the same messages, the same quirks.
         Programs, variables and files are kept for 24 hours after you last were here; download what you want to keep longer.</p>
      <h3 class="text-subtitle1 q-mb-xs">Keys</h3>
      <table class="mb-table">
        <tbody>
          <tr v-for="command in keyed" :key="command.id">
            <td><span class="mb-key">{{ command.keys }}</span></td><td>{{ command.title }}</td>
          </tr>
        </tbody>
      </table>
    </mb-dialog>`,
  computed: {
    keyed: () => commands.filter((command) => command.keys),
  },
};
