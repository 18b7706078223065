// The line that is typed at Ok and for INPUT: edited here, sent as a whole. Knows keys and text, no terminal.
const HISTORY_KEY = "mbasic.history";
const HISTORY_KEPT = 300;

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(HISTORY_KEY)) ?? [];
  } catch {
    return [];
  }
}

const wordLeft = (text, at) => text.slice(0, at).replace(/[A-Za-z0-9.$%!#]*[^A-Za-z0-9.$%!#]*$/, "").length;
const wordRight = (text, at) => at + /^[^A-Za-z0-9.$%!#]*[A-Za-z0-9.$%!#]*/.exec(text.slice(at))[0].length;

export class TypedLine {
  constructor() {
    this.text = "";
    this.at = 0; // the cursor
    this.history = stored();
    this.back = 0; // how far back in the history; 0: the line itself
    this.kept = "";
  }

  set(text) {
    this.text = text;
    this.at = text.length;
  }

  insert(text) {
    this.text = this.text.slice(0, this.at) + text + this.text.slice(this.at);
    this.at += text.length;
  }

  cut(from, to) {
    this.text = this.text.slice(0, from) + this.text.slice(to);
    this.at = from;
  }

  // The whole line, which is empty afterwards; `remember`: for the history.
  take(remember) {
    const { text } = this;
    if (remember && text.trim() && this.history.at(-1) !== text) {
      this.history = [...this.history, text].slice(-HISTORY_KEPT);
      try {
        sessionStorage.setItem(HISTORY_KEY, JSON.stringify(this.history));
      } catch {
        // no storage here: the history ends with the page
      }
    }
    this.back = 0;
    this.set("");
    return text;
  }

  recall(by) {
    const back = Math.min(Math.max(this.back + by, 0), this.history.length);
    if (back === this.back) return;
    if (this.back === 0) this.kept = this.text;
    this.back = back;
    this.set(back === 0 ? this.kept : this.history[this.history.length - back]);
  }

  // An editing key; false where it is none.
  key(name, { ctrl = false, alt = false } = {}, history = true) {
    const word = ctrl || alt;
    const { text, at } = this;
    switch (name) {
      case "ArrowLeft":
        this.at = word ? wordLeft(text, at) : Math.max(0, at - 1);
        return true;
      case "ArrowRight":
        this.at = word ? wordRight(text, at) : Math.min(text.length, at + 1);
        return true;
      case "Home":
        this.at = 0;
        return true;
      case "End":
        this.at = text.length;
        return true;
      case "ArrowUp":
        if (history) this.recall(1);
        return true;
      case "ArrowDown":
        if (history) this.recall(-1);
        return true;
      case "Backspace":
        if (at > 0) this.cut(word ? wordLeft(text, at) : at - 1, at);
        return true;
      case "Delete":
        this.cut(at, word ? wordRight(text, at) : at + 1);
        return true;
      case "Escape":
        this.set("");
        return true;
      default:
        return ctrl && !alt ? this.controlKey(name.toLowerCase()) : false;
    }
  }

  // The letters that shells use, and MBASIC's Ctrl-U and Ctrl-X.
  controlKey(letter) {
    const { text, at } = this;
    switch (letter) {
      case "a":
        this.at = 0;
        return true;
      case "e":
        this.at = text.length;
        return true;
      case "b":
        return this.key("ArrowLeft");
      case "f":
        return this.key("ArrowRight");
      case "p":
        return this.key("ArrowUp");
      case "n":
        return this.key("ArrowDown");
      case "h":
        return this.key("Backspace");
      case "d":
        return this.key("Delete");
      case "u":
      case "x":
        this.set("");
        return true;
      case "k":
        this.text = text.slice(0, at);
        return true;
      case "w":
        return this.key("Backspace", { ctrl: true });
      default:
        return false;
    }
  }
}
