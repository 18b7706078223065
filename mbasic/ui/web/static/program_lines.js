// What the editor must know of a program's text to be an editor for BASIC: numbers, where they are, the next one.

const NUMBER = /^\s*(\d{1,5})(?!\d)/;
export const LAST_NUMBER = 65529;

export function numberOf(text) {
  const match = NUMBER.exec(text);
  return match ? Number(match[1]) : null;
}

// The line of the document that has the BASIC line number, or null; the last of several wins, as it does for MBASIC.
export function findLine(doc, number) {
  let found = null;
  for (let at = 1; at <= doc.lines; at++) {
    const line = doc.line(at);
    if (numberOf(line.text) === number) found = line;
  }
  return found;
}

// The number for a new line behind the line `text`, before the line `following`; null where there is no room or no number.
export function nextNumber(text, following, step) {
  const here = numberOf(text);
  if (here === null) return null;
  const ahead = numberOf(following ?? "");
  const wanted = here + step;
  if (ahead === null || ahead <= here) return wanted <= LAST_NUMBER ? wanted : null;
  if (wanted < ahead) return wanted;
  const between = here + Math.floor((ahead - here) / 2);
  return between > here ? between : null;
}

// The text without the lines whose numbers are within the range.
export function without(text, first, last) {
  const stays = (line) => !(numberOf(line) !== null && numberOf(line) >= first && numberOf(line) <= last);
  return text.split("\n").filter(stays).join("\n");
}

// The lines in the order of their numbers; a line without a number stays behind the one before it.
export function sorted(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const number = numberOf(line);
    if (number === null && groups.length) groups.at(-1).lines.push(line);
    else groups.push({ number: number ?? -1, lines: [line] });
  }
  return groups
    .sort((a, b) => a.number - b.number)
    .flatMap((group) => group.lines)
    .join("\n");
}
