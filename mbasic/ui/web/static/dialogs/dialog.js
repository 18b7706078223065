// The frame of every dialog: the browser's own modal <dialog>, which keeps the focus inside and closes with Escape.
export default {
  name: "MbDialog",
  props: { title: String, wide: Boolean, testid: String },
  emits: ["close"],
  template: `
    <dialog ref="dialog" class="mb-dialog" :class="{ wide }" :aria-label="title" :data-testid="testid"
            @close="$emit('close')" @click="outside">
      <header>
        <h2>{{ title }}</h2>
        <button class="mb-button plain" type="button" aria-label="Close" @click="close">✕</button>
      </header>
      <div class="body"><slot></slot></div>
      <footer v-if="$slots.footer"><slot name="footer"></slot></footer>
    </dialog>`,
  mounted() {
    this.returnTo = document.activeElement;
    this.$refs.dialog.showModal();
  },
  beforeUnmount() {
    this.returnTo?.focus?.();
  },
  methods: {
    close() {
      this.$refs.dialog.close();
    },
    outside(event) {
      if (event.target === this.$refs.dialog) this.close();
    },
  },
};
