// Keeps one editor's text and the host's document the same while both change.
//
//   base       the host's text at `version`, the last that this page knows
//   inflight   changes sent against `base` that the host has not answered yet, or null
//   buffer     changes made since then, sent when the answer is there, or null
//
// The host takes an edit made against its newest version only. Where another page or the Ok prompt was faster, it
// refuses and sends the text; the changes of this page are moved over the others' and sent anew. So nothing typed is lost.
import * as CM from "nicegui-codemirror";

export const remote = CM.Annotation.define();

export function plain(changes) {
  const rows = [];
  changes.iterChanges((from, to, _from, _to, inserted) => rows.push([from, to, inserted.toString()]), true);
  return rows;
}

// The one replaced piece that makes `after` of `before`, both strings.
export function difference(before, after) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  while (tail < shorter - start && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail))
    tail++;
  return { from: start, to: before.length - tail, insert: after.slice(start, after.length - tail) };
}

export class EditorSync {
  constructor(view, send) {
    this.view = view;
    this.send = send;
    this.version = -1;
    this.base = view.state.doc;
    this.inflight = null;
    this.buffer = null;
  }

  get pending() {
    if (this.inflight && this.buffer) return this.inflight.compose(this.buffer);
    return this.inflight ?? this.buffer;
  }

  // A change made here.
  changed(changes) {
    this.buffer = this.buffer ? this.buffer.compose(changes) : changes;
    this.flush();
  }

  flush() {
    if (this.inflight || !this.buffer || this.version < 0) return;
    this.inflight = this.buffer;
    this.buffer = null;
    this.send(this.version, plain(this.inflight));
  }

  // The host has taken what was sent.
  acknowledged(version) {
    if (!this.inflight) return;
    this.base = this.inflight.apply(this.base);
    this.version = version;
    this.inflight = null;
    this.flush();
  }

  // Somebody else's change, against the newest version.
  othersChange(version, rows) {
    const changes = CM.ChangeSet.of(
      rows.map(([from, to, insert]) => ({ from, to, insert })),
      this.base.length,
    );
    this.moveOver(changes, version);
  }

  // The host's whole text: at the start, behind a lost connection, where it refused an edit.
  hostText(text, version) {
    if (this.inflight && this.inflight.apply(this.base).toString() === text) {
      this.acknowledged(version);
      return;
    }
    const here = this.base.toString();
    const changes = CM.ChangeSet.of(here === text ? [] : [difference(here, text)], here.length);
    this.moveOver(changes, version);
    this.buffer = this.pending;
    this.inflight = null;
    this.flush();
  }

  moveOver(changes, version) {
    let shown = changes;
    if (this.inflight) {
      const over = shown.map(this.inflight);
      this.inflight = this.inflight.map(shown, true);
      shown = over;
    }
    if (this.buffer) {
      const over = shown.map(this.buffer);
      this.buffer = this.buffer.map(shown, true);
      shown = over;
    }
    this.base = changes.apply(this.base);
    this.version = version;
    if (!shown.empty)
      this.view.dispatch({
        changes: shown,
        annotations: [remote.of(true), CM.Transaction.addToHistory.of(false), CM.Transaction.remote.of(true)],
      });
  }
}
