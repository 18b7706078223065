// Asks again and again while a panel is seen: at every stop, every command and change of state, and twice a second while a program runs.
import { mb, on } from "../connection.js";

const EVERY_MS = 500;

// A mixin; the panel has `refresh()`. What is asked while an answer is on its way is asked once more behind it.
export const watching = {
  mounted() {
    this.asking = false;
    this.again = false;
    this.stops = [on("stopped", () => this.ask()), on("attached", () => this.ask()), on("edited", () => this.ask())];
    this.stops.push(Vue.watch(() => [mb.state, mb.taken], () => this.ask()));
    this.timer = setInterval(() => mb.state === "running" && !document.hidden && this.ask(), EVERY_MS);
    this.ask();
  },
  beforeUnmount() {
    clearInterval(this.timer);
    this.stops.forEach((stop) => stop());
  },
  methods: {
    async ask() {
      this.again = this.asking;
      if (this.asking) return;
      this.asking = true;
      try {
        await this.refresh();
      } catch {
        // the connection is down: the next state asks again
      } finally {
        this.asking = false;
        if (this.again) this.ask();
      }
    },
  },
};
