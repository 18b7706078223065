// Which sign a byte shows, and which byte a sign is: by the setting code_page.
const CP437_HIGH =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
  "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";
const CP850_HIGH =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐" +
  "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´­±‗¾¶§÷¸°¨·¹³²■ ";
const CP852_HIGH =
  "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐" +
  "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´­˝˛ˇ˘§÷¸°¨˙űŘř■ ";
const CP866_HIGH =
  "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
  "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■ ";

const latin1 = (byte) => (byte < 0xa0 ? " " : String.fromCharCode(byte));
const HIGH = {
  cp437: [...CP437_HIGH],
  cp850: [...CP850_HIGH],
  cp852: [...CP852_HIGH],
  cp866: [...CP866_HIGH],
  "latin-1": Array.from({ length: 128 }, (_, at) => latin1(128 + at)),
  ascii: Array.from({ length: 128 }, (_, at) => String.fromCharCode(at)),
};

let high = HIGH.cp437;
let bytes = new Map();

export function setCodePage(name) {
  high = HIGH[name] ?? HIGH.cp437;
  bytes = new Map(high.map((sign, at) => [sign, 128 + at]).reverse());
}
setCodePage("cp437");

export const signOf = (byte) => (byte < 128 ? String.fromCharCode(byte) : high[byte - 128]);

// The bytes of a text that was typed or pasted, as a string with one character a byte; null for a sign there is not.
export function byteOf(sign) {
  const code = sign.codePointAt(0);
  if (code < 128) return sign;
  const byte = bytes.get(sign);
  return byte === undefined ? null : String.fromCharCode(byte);
}

const TYPOGRAPHY = { "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " " };

export function bytesOfText(text) {
  let out = "";
  for (const sign of text) out += byteOf(sign) ?? TYPOGRAPHY[sign] ?? "?";
  return out;
}
