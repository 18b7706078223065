// What a program prints, made into what the terminal may see: text, colours, cursor moves, and nothing else.
//
// CP/M programs were written for many terminals; taken are the common codes of ANSI, VT52 and ADM-3A. What could write
// outside of the screen or type on the person's keyboard (titles, reports, strings of the operating system) is dropped.
import { signOf } from "./code_page.js";

const CLEAR = "\x1b[H\x1b[2J";
const CSI_ALLOWED = new Set("ABCDEFGHJKLMPXSTdfmsu@");
const VT52 = { A: "\x1b[A", B: "\x1b[B", C: "\x1b[C", D: "\x1b[D", H: "\x1b[H", J: "\x1b[J", K: "\x1b[K", E: CLEAR, j: "\x1b7", k: "\x1b8" };
const ADM = { "*": CLEAR, T: "\x1b[K", 7: "\x1b7", 8: "\x1b8", "(": "\x1b[0m", ")": "\x1b[2m" };
const STRINGS = new Set("]PX^_"); // OSC, DCS, SOS, PM, APC
const LONGEST = 40;

export class ScreenCodes {
  constructor() {
    this.state = "text";
    this.collected = "";
  }

  // The terminal's text for these bytes; what is cut in the middle goes on with the next.
  take(data) {
    let out = "";
    for (const byte of data) out += this.step(byte);
    return out;
  }

  step(byte) {
    const sign = String.fromCharCode(byte);
    switch (this.state) {
      case "text":
        return byte >= 32 && byte !== 127 ? signOf(byte) : this.control(byte);
      case "escape":
        return this.escape(sign);
      case "csi":
        return this.csi(sign);
      case "string":
        if (byte === 7 || byte === 10 || byte === 13) this.state = "text";
        else if (byte === 27) this.state = "string-escape";
        return "";
      case "string-escape":
        this.state = sign === "\\" ? "text" : "string";
        return "";
      default:
        return this.place(byte);
    }
  }

  control(byte) {
    switch (byte) {
      case 7: // bell
      case 8: // back
      case 9: // tab
      case 10:
      case 13:
        return String.fromCharCode(byte);
      case 12: // form feed
      case 26: // ADM-3A: clear
        return CLEAR;
      case 11: // ADM-3A: up
        return "\x1b[A";
      case 30: // ADM-3A: home
        return "\x1b[H";
      case 27:
        this.state = "escape";
        return "";
      default:
        return "";
    }
  }

  escape(sign) {
    this.collected = "";
    this.state = "text";
    if (sign === "[") this.state = "csi";
    else if (sign === "Y" || sign === "=") this.state = "row";
    else if (STRINGS.has(sign)) this.state = "string";
    else return VT52[sign] ?? ADM[sign] ?? "";
    return "";
  }

  csi(sign) {
    if (sign < "\x20" || sign > "\x7e") {
      this.state = "text";
      return this.step(sign.charCodeAt(0));
    }
    if (sign < "@") {
      this.collected += sign;
      if (this.collected.length > LONGEST) this.state = "text";
      return "";
    }
    this.state = "text";
    const shown = (sign === "h" || sign === "l") && this.collected === "?25";
    const plain = CSI_ALLOWED.has(sign) && /^[0-9;]*$/.test(this.collected);
    return shown || plain ? `\x1b[${this.collected}${sign}` : "";
  }

  // ESC Y row column, ESC = row column: both with 32 added.
  place(byte) {
    if (this.state === "row") {
      this.collected = byte;
      this.state = "column";
      return "";
    }
    this.state = "text";
    const number = (value) => Math.max(1, value - 31);
    return `\x1b[${number(this.collected)};${number(byte)}H`;
  }
}
