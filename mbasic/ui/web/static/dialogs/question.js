// A question with a few fields: a file's name, the numbers for RENUM, a confirmation.
import MbDialog from "./dialog.js";

export default {
  name: "QuestionDialog",
  components: { MbDialog },
  props: { title: String, text: String, fields: Array, confirm: String },
  emits: ["close"],
  template: `
    <mb-dialog :title="title" testid="question" @close="$emit('close', answer)">
      <form id="mb-question" @submit.prevent="accept">
        <p v-if="text">{{ text }}</p>
        <p v-for="field in fields" :key="field.key">
          <label :for="'mb-question-' + field.key">{{ field.label }}</label><br>
          <input class="mb-input" :id="'mb-question-' + field.key" :type="field.type ?? 'text'" v-model="values[field.key]"
                 autocomplete="off" spellcheck="false">
        </p>
      </form>
      <template #footer>
        <button class="mb-button" type="button" @click="$emit('close', null)">Cancel</button>
        <button class="mb-button primary" type="submit" form="mb-question">{{ confirm }}</button>
      </template>
    </mb-dialog>`,
  data() {
    return { values: Object.fromEntries(this.fields.map(({ key, value }) => [key, value ?? ""])), answer: null };
  },
  mounted() {
    const first = this.$el.querySelector("input") ?? this.$el.querySelector("footer .primary");
    first?.focus();
    first?.select?.();
  },
  methods: {
    accept() {
      this.answer = { ...this.values };
      this.$emit("close", this.answer);
    },
  },
};
