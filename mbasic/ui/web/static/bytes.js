// BASIC's texts are bytes; on the wire they are base64, here strings with one character a byte.
export const textOf = (base64) => atob(base64);
export const base64Of = (text) => btoa(text);
export const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

// Any text of the host as BASIC's bytes; what has none becomes a question mark.
export const narrow = (text) => text.replace(/[^\x00-\xff]/gu, "?");

export function base64OfBytes(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export function download(name, bytes, type = "application/octet-stream") {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
