// Which parts of the page are seen, and how large they are; kept in this browser.
const KEY = "mbasic.layout";
const KEPT = ["editorShare", "sideShare", "sideShown"];

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

const PHONE = window.matchMedia("(max-width: 700px)");
const TALL = window.matchMedia("(max-width: 1100px)");

export const layout = Vue.reactive({
  editorShare: 0.46, // of the width (of the height where the page is tall)
  sideShare: 0.36, // of the height of the editor's column
  sideShown: window.innerHeight > 640,
  tab: "console", // on a phone: editor, console or side
  phone: PHONE.matches,
  tall: TALL.matches,
  form: "ide", // play: the console only
  ...stored(),
});

PHONE.addEventListener("change", ({ matches }) => (layout.phone = matches));
TALL.addEventListener("change", ({ matches }) => (layout.tall = matches));

Vue.watch(layout, () => {
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(KEPT.map((key) => [key, layout[key]]))));
  } catch {
    // no storage here: the next page begins anew
  }
});
