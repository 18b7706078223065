// A link to the program in the editor, in three forms.
import { editor } from "../editor.js";
import { linkFor } from "../share.js";
import MbDialog from "./dialog.js";

const FORMS = [
  ["ide", "Open it in the editor"],
  ["play", "Show the console only, ready to run"],
  ["auto", "Run it at once"],
];

export default {
  name: "ShareDialog",
  components: { MbDialog },
  emits: ["close"],
  template: `
    <mb-dialog title="Share this program" testid="share-dialog" @close="$emit('close')">
      <p class="mb-note">The whole program is in the link; nothing is stored anywhere. Whoever opens it gets a workspace of its own.</p>
      <fieldset style="border: 0; padding: 0; margin: 0">
        <legend class="mb-hidden">What the link does</legend>
        <label v-for="[id, title] in forms" :key="id" style="display: block; padding: 3px 0">
          <input type="radio" name="mb-share-form" :value="id" v-model="form" :data-testid="'share-' + id"> {{ title }}
        </label>
      </fieldset>
      <textarea class="mb-input mb-mono" style="width: 100%; margin-top: 8px" rows="4" readonly :value="link"
                aria-label="The link" data-testid="share-link" @focus="$event.target.select()"></textarea>
      <p class="mb-note">{{ link.length }} characters<span v-if="link.length > 8000">: some programs cut links as long as this one</span></p>
      <template #footer>
        <span class="mb-note" role="status">{{ copied }}</span>
        <button class="mb-button primary" type="button" data-testid="share-copy" @click="copy">Copy link</button>
      </template>
    </mb-dialog>`,
  data: () => ({ forms: FORMS, form: "ide", link: "", copied: "" }),
  watch: {
    form: {
      immediate: true,
      async handler(form) {
        this.link = await linkFor(editor.text(), form);
        this.copied = "";
      },
    },
  },
  methods: {
    async copy() {
      try {
        await navigator.clipboard.writeText(this.link);
        this.copied = "Copied";
      } catch {
        this.$el.querySelector("textarea").select();
        this.copied = "Press Ctrl+C to copy";
      }
    },
  },
};
