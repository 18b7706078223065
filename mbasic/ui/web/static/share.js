// A program in a link: its text deflated, in base64url behind the #, which no server sees.
//
//   https://host/s/new#ide=...    in the editor         play: the console only, with a button         auto: runs at once

const FORMS = ["ide", "play", "auto"];
const LONGEST_PROGRAM = 512 * 1024;

async function through(stream, bytes, limit = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    length += value.length;
    if (length > limit) throw new Error("the program in the link is too long");
    parts.push(value);
  }
}

export async function linkFor(text, form) {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0) & 255);
  const packed = await through(new CompressionStream("deflate-raw"), bytes);
  let binary = "";
  for (const byte of packed) binary += String.fromCharCode(byte);
  const code = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `${location.origin}/s/new#${form}=${code}`;
}

// What the address bar brings: { form, text }, null where there is no program, or an Error that says what is wrong.
export async function linkedProgram(hash) {
  const match = /^#(\w+)=(.*)$/s.exec(hash);
  if (!match || !FORMS.includes(match[1])) return null;
  const broken = new Error("The program in this link is damaged. Ask for the link again, and copy all of it.");
  try {
    if (!/^[A-Za-z0-9_-]+$/.test(match[2])) throw broken;
    const binary = atob(match[2].replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const plain = await through(new DecompressionStream("deflate-raw"), bytes, LONGEST_PROGRAM);
    let text = "";
    for (const byte of plain) text += String.fromCharCode(byte);
    return { form: match[1], text };
  } catch {
    throw broken;
  }
}
