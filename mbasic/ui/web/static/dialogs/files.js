// The session's disk: open, merge, rename, delete, upload by button or by dropping, download in any of the three forms.
import { hostAsk, on } from "../connection.js";
import {
  downloadAll, downloadFile, mergeFile, openFile, removeFile, renameFile, upload,
} from "../programs.js";
import { open } from "./dialogs.js";
import MbDialog from "./dialog.js";

const FORMS = [
  ["", "as it is"],
  ["ascii", "text"],
  ["tokenized", "tokenised"],
  ["protected", "protected"],
];

export default {
  name: "FilesDialog",
  components: { MbDialog },
  emits: ["close"],
  template: `
    <mb-dialog title="Files" testid="files-dialog" @close="$emit('close')">
      <div class="mb-drop" :class="{ over }" @dragover.prevent="over = true" @dragleave="over = false" @drop.prevent="dropped">
        Drop files here, or
        <button class="mb-button" type="button" @click="$refs.picker.click()">choose them</button>
        <input ref="picker" type="file" multiple class="mb-hidden" tabindex="-1" aria-label="Files to upload"
               data-testid="upload" @change="chosen">
      </div>
      <p v-if="!files.length" class="mb-panel-empty" data-testid="no-files">
        The disk is empty. SAVE "NAME" puts the program on it; OPEN makes data files.
      </p>
      <table v-else class="mb-table" aria-label="Files on the disk">
        <thead><tr><th>Name</th><th style="text-align: right">Bytes</th><th><span class="mb-hidden">Actions</span></th></tr></thead>
        <tbody>
          <tr v-for="file in files" :key="file.name" :data-testid="'file-' + file.name">
            <td class="mono">{{ file.name }}</td>
            <td style="text-align: right">{{ file.size }}</td>
            <td style="text-align: right">
              <button class="mb-button" type="button" @click="openIt(file.name)">Open</button>
              <button class="mb-button plain" type="button" @click="merge(file.name)">Merge</button>
              <button class="mb-button plain" type="button" @click="rename(file.name)">Rename</button>
              <button class="mb-button plain" type="button" @click="remove(file.name)">Delete</button>
              <select class="mb-input" :aria-label="'Download ' + file.name" :data-testid="'download-' + file.name"
                      @change="fetchIt(file.name, $event.target)">
                <option value="-" selected>Download…</option>
                <option v-for="[form, title] in forms" :key="form" :value="form">{{ title }}</option>
              </select>
            </td>
          </tr>
        </tbody>
      </table>
      <template #footer>
        <span class="mb-note" style="flex: 1">{{ files.length }} files, {{ total }} bytes</span>
        <button class="mb-button" type="button" :disabled="!files.length" data-testid="download-all" @click="all">Download all</button>
        <button class="mb-button primary" type="button" @click="$emit('close')">Done</button>
      </template>
    </mb-dialog>`,
  data: () => ({ files: [], over: false, forms: FORMS }),
  computed: {
    total() {
      return this.files.reduce((sum, { size }) => sum + size, 0);
    },
  },
  async mounted() {
    this.stop = on("files-changed", () => this.refresh());
    await this.refresh();
  },
  beforeUnmount() {
    this.stop?.();
  },
  methods: {
    all: downloadAll,
    async refresh() {
      this.files = await hostAsk("Files", {});
    },
    async openIt(name) {
      this.$emit("close");
      await openFile(name);
    },
    async merge(name) {
      this.$emit("close");
      await mergeFile(name);
    },
    // A question takes this dialog's place; it comes back behind it.
    async rename(name) {
      await renameFile(name);
      open("files");
    },
    async remove(name) {
      await removeFile(name);
      open("files");
    },
    fetchIt(name, select) {
      downloadFile(name, select.value);
      select.value = "-";
    },
    async take(list) {
      await upload([...list]);
      await this.refresh();
    },
    async dropped(event) {
      this.over = false;
      await this.take(event.dataTransfer.files);
    },
    async chosen(event) {
      await this.take(event.target.files);
      event.target.value = "";
    },
  },
};
