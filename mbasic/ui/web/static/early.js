// Before anything is drawn: the colours that were seen last here, so that a dark page does not flash white.
try {
  document.documentElement.dataset.theme = localStorage.getItem("mbasic.theme") || "light";
} catch {
  document.documentElement.dataset.theme = "light";
}
