// Variables: sorted, filtered, and changed with a double click or Enter while the program does not run. Arrays open.
import { ask, mb, run } from "../connection.js";
import { base64Of, narrow, textOf } from "../bytes.js";
import { watching } from "./watching.js";

const PAGE = 100;
const COLUMNS = { name: "Name", type: "Type", value: "Value" };

const ValueCell = {
  name: "ValueCell",
  props: { name: String, value: String, changed: Boolean },
  template: `
    <td class="mono" :class="{ changed }">
      <input v-if="editing" ref="input" class="mb-input mb-mono" style="width: 100%" :aria-label="'New value of ' + name" v-model="text"
             @keydown.enter="accept" @keydown.esc.stop="editing = false" @blur="editing = false">
      <button v-else type="button" style="all: unset; cursor: text; width: 100%" :disabled="running" :title="running ? value : 'Change ' + name"
              :data-testid="'value-' + name" @click="begin">{{ value }}</button>
    </td>`,
  data: () => ({ editing: false, text: "" }),
  computed: {
    running: () => mb.state === "running",
  },
  methods: {
    begin() {
      this.text = this.value;
      this.editing = true;
      this.$nextTick(() => this.$refs.input?.select());
    },
    accept() {
      this.editing = false;
      run({ type: "SetVariable", variable: base64Of(this.name), value: base64Of(narrow(this.text)) });
    },
  },
};

const ArrayRows = {
  name: "ArrayRows",
  components: { ValueCell },
  mixins: [watching],
  props: { name: String, elements: Number },
  template: `
    <tr v-for="row in rows" :key="row.name">
      <td class="mono" style="padding-left: 24px">{{ row.name }}</td><td></td>
      <value-cell :name="row.name" :value="row.value"></value-cell>
    </tr>
    <tr v-if="elements > page">
      <td colspan="3" style="padding-left: 24px">
        <button class="mb-button" type="button" :disabled="!first" @click="turn(-1)">◀</button>
        {{ first + 1 }}–{{ first + rows.length }} of {{ elements }}
        <button class="mb-button" type="button" :disabled="first + rows.length >= elements" @click="turn(1)">▶</button>
      </td>
    </tr>`,
  data: () => ({ rows: [], first: 0, page: PAGE }),
  methods: {
    async refresh() {
      const answer = await ask({ type: "ElementsQuery", name: base64Of(this.name), first: this.first, count: PAGE });
      this.rows = answer.values.map(({ subscripts, value }) => ({
        name: `${this.name}(${textOf(subscripts)})`,
        value: textOf(value),
      }));
    },
    turn(by) {
      this.first += by * PAGE;
      this.ask();
    },
  },
};

export default {
  name: "VariablesPanel",
  components: { ArrayRows, ValueCell },
  mixins: [watching],
  template: `
    <div class="mb-panel" data-testid="variables">
      <div class="mb-panel-head">
        <input class="mb-input" type="search" v-model="wanted" placeholder="Filter" aria-label="Filter variables" style="flex: 1"
               data-testid="variables-filter">
      </div>
      <div class="mb-panel-body" tabindex="0" role="region" aria-label="Variables">
        <table v-if="rows.length" class="mb-table">
          <thead>
            <tr>
              <th v-for="(title, key) in shownColumns" :key="key" scope="col" :aria-sort="sortOf(key)">
                <button type="button" @click="sortBy(key)">{{ title }} {{ order === key ? (down ? "▾" : "▴") : "" }}</button>
              </th>
            </tr>
          </thead>
          <tbody>
            <template v-for="row in rows" :key="row.name">
              <tr>
                <td class="mono">
                  <button v-if="row.array" class="mb-button plain" type="button" :aria-expanded="String(isOpen(row.name))" @click="toggle(row.name)">
                    {{ isOpen(row.name) ? "▾" : "▸" }} {{ row.name }}({{ row.highest.join(",") }})
                  </button>
                  <template v-else>{{ row.name }}</template>
                </td>
                <td v-if="types" class="mb-note">{{ row.type }}</td>
                <td v-if="row.array" class="mb-note">{{ row.elements }} elements</td>
                <value-cell v-else :name="row.name" :value="row.value" :changed="row.changed"></value-cell>
              </tr>
              <array-rows v-if="row.array && isOpen(row.name)" :name="row.name" :elements="row.elements"></array-rows>
            </template>
          </tbody>
        </table>
        <p v-else class="mb-panel-empty">{{ wanted ? "No variable is called like that." : "No variables yet. RUN a program, or type A=1 at Ok." }}</p>
      </div>
    </div>`,
  data: () => ({ all: [], wanted: "", order: "name", down: false, opened: [], before: new Map() }),
  computed: {
    types: () => mb.settings.show_types_in_window !== false,
    shownColumns() {
      return this.types ? COLUMNS : { name: COLUMNS.name, value: COLUMNS.value };
    },
    rows() {
      const wanted = this.wanted.trim().toUpperCase();
      const sign = this.down ? -1 : 1;
      return this.all
        .filter(({ name }) => name.includes(wanted))
        .sort((a, b) => sign * this.compare(a, b));
    },
  },
  methods: {
    async refresh() {
      const answer = await ask({ type: "VariablesQuery" });
      const scalars = answer.scalars.map(({ name, type, value }) => ({ name: textOf(name), type, value: textOf(value) }));
      const arrays = answer.arrays.map((row) => ({ ...row, name: textOf(row.name), array: true, value: "" }));
      for (const row of scalars) row.changed = this.before.has(row.name) && this.before.get(row.name) !== row.value;
      this.before = new Map(scalars.map(({ name, value }) => [name, value]));
      this.all = [...scalars, ...arrays];
    },
    compare(a, b) {
      const [left, right] = [a[this.order], b[this.order]];
      const numbers = this.order === "value" && left !== "" && right !== "" && !isNaN(left) && !isNaN(right);
      return numbers ? left - right : String(left).localeCompare(String(right)) || a.name.localeCompare(b.name);
    },
    sortBy(key) {
      this.down = this.order === key && !this.down;
      this.order = key;
    },
    sortOf(key) {
      if (this.order !== key) return "none";
      return this.down ? "descending" : "ascending";
    },
    isOpen(name) {
      return this.opened.includes(name);
    },
    toggle(name) {
      this.opened = this.isOpen(name) ? this.opened.filter((each) => each !== name) : [...this.opened, name];
    },
  },
};
