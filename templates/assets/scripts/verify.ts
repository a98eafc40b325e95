/** Verifies certificates without a network: reads the code from a photo or a text and checks its signature here.
 *
 *  Stands alone (no import of the site's own modules), because it is also put whole into a page that people keep.
 */
import { hashes, verify } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { base32nopad } from "@scure/base";
import { decode } from "cborg";
import { decodeQR } from "qr/decode.js";

hashes.sha512 = sha512;

const CONTEXT = new TextEncoder().encode("luxuetang certificate\0");
const HEAD = 5;
const SIGNATURE = 64;
const SIDES = [1800, 1200, 800, 2600];

type Claim = [
  kind: number, number: string, issuer: string, issuedOn: number, name: string, organisation: string,
  licenceEnd: string, subject: string, day: number, year: number, milli: number, required: number | null,
  categories: (string | number)[],
];

class Unreadable extends Error {}

const NUMBER = /^(?:\d{4}[0-9A-Z]{12}|.*NUMBER=\d{4}[0-9A-Z]{12})$/u;

function findCode(text: string): string {
  const squeezed = text.replace(/\s+/gu, "").toUpperCase();
  if (NUMBER.test(squeezed.replace(/[-\u2010-\u2015\u2212\uff0d]/gu, ""))) throw new Unreadable("number_offline");
  const code = /\/(?:V|VERIFY)\/([A-Z2-7]{120,2400})(?![A-Z0-9])/u.exec(squeezed)?.[1] ?? squeezed;
  if (!/^[A-Z2-7]{120,2400}$/u.test(code)) throw new Unreadable("no_code");
  return code;
}

function bytesOf(code: string): Uint8Array {
  try {
    return base32nopad.decode(code);
  } catch {
    throw new Unreadable("malformed");
  }
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The claim in a text, if one of the keys signed it; throws Unreadable with the reason's code. */
function claimIn(text: string, keys: Record<string, string>): { claim: Claim; key: string } {
  const raw = bytesOf(findCode(text));
  if (raw.length <= HEAD + SIGNATURE) throw new Unreadable("malformed");
  const body = raw.subarray(0, -SIGNATURE);
  if (body[0] !== 1) throw new Unreadable("unknown_version");
  const key = hexOf(body.subarray(1, HEAD));
  const known = keys[key];
  if (!known) throw new Unreadable("unknown_key");
  const message = new Uint8Array([...CONTEXT, ...body]);
  let genuine = false;
  try {
    genuine = verify(raw.slice(-SIGNATURE), message, fromHex(known), { zip215: false });
  } catch {
    genuine = false;
  }
  if (!genuine) throw new Unreadable("bad_signature");
  return { claim: decode(body.slice(HEAD)) as Claim, key };
}

/** The code that a certificate's own PDF carries among its keywords; a scanned or printed one has none. */
async function codeIn(document: Blob): Promise<string> {
  const text = new TextDecoder("latin1").decode(await document.arrayBuffer());
  const found = /(?:<pdf:Keywords>|\/Keywords\s*\()([A-Z2-7]{120,2400})[<)]/u.exec(text)?.[1];
  if (!found) throw new Unreadable("no_code");
  return found;
}

async function isPdf(file: Blob): Promise<boolean> {
  return (await file.slice(0, 1024).text()).trimStart().startsWith("%PDF");
}

/** The text of a QR code in a picture, tried at several sizes; a page has time for more effort than a camera. */
async function textIn(file: Blob): Promise<string> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Unreadable("file_unreadable");
  }
  const longest = Math.max(picture.width, picture.height);
  for (const side of SIDES) {
    if (side > longest * 1.5 && side !== SIDES[0]) continue;
    const scale = Math.min(1, side / longest);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) break;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    try {
      return decodeQR({ data, width, height }, { effort: 8, timeLimit: 3000 });
    } catch {
      // the next size
    }
  }
  throw new Unreadable("no_code");
}

function dayOf(days: number): string {
  const day = new Date(days * 86_400_000);
  return `${day.getUTCFullYear()}年${day.getUTCMonth() + 1}月${day.getUTCDate()}日`;
}

function credits(milli: number): string {
  return String(Math.round(milli) / 1000);
}

function json<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}") as T;
}

function start(root: HTMLElement): void {
  const keys = json<Record<string, string>>("verify-keys");
  const errors = json<Record<string, string>>("verify-errors");
  const part = <T extends HTMLElement>(name: string): T => root.querySelector<T>(`[data-part="${name}"]`) as T;
  const result = part("result");
  const refused = part("refused");
  const put = (name: string, text: string): void => {
    const field = part(name);
    field.textContent = text;
    const row = field.closest<HTMLElement>("[data-row]");
    if (row) row.hidden = !text;
  };

  function show(text: string): void {
    const { claim, key } = claimIn(text, keys);
    const [kind, number, issuer, issuedOn, name, organisation, end, subject, day, year, milli, required, flat] = claim;
    put("name", name);
    put("organisation", [organisation, end].filter(Boolean).join(" · "));
    put("course", kind === 1 ? subject : "");
    put("regulation", kind === 2 ? subject : "");
    put("year", year ? String(year) : "");
    put("day", dayOf(day));
    put("credits", credits(milli));
    put("required", required === null ? "" : credits(required));
    put("number", number);
    put("issuer", issuer);
    put("issued", dayOf(issuedOn));
    put("key", key);
    const list = part("categories");
    list.replaceChildren();
    for (let place = 0; place + 1 < flat.length; place += 2) {
      const item = document.createElement("li");
      item.textContent = `${String(flat[place])} ${credits(Number(flat[place + 1]))}`;
      list.append(item);
    }
    put("asof", (result.dataset["asof"] ?? "").replace("{day}", dayOf(issuedOn)));
    result.hidden = false;
    refused.hidden = true;
    result.focus();
  }

  async function run(read: () => Promise<string> | string): Promise<void> {
    root.setAttribute("aria-busy", "true");
    try {
      show(await read());
    } catch (error) {
      const code = error instanceof Unreadable ? error.message : "malformed";
      put("reason", errors[code] ?? code);
      refused.dataset["code"] = code;
      result.hidden = true;
      refused.hidden = false;
      refused.focus();
    } finally {
      root.removeAttribute("aria-busy");
    }
  }

  const file = part<HTMLInputElement>("file");
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen) void run(async () => ((await isPdf(chosen)) ? codeIn(chosen) : textIn(chosen)));
    file.value = "";
  });
  part<HTMLFormElement>("form").addEventListener("submit", (event) => {
    event.preventDefault();
    void run(() => part<HTMLTextAreaElement>("text").value);
  });
  const worker = root.dataset["worker"];
  if (worker && "serviceWorker" in navigator) {
    void navigator.serviceWorker.register(worker, { scope: root.dataset["scope"] ?? "/verify/" }).then(async () => {
      await navigator.serviceWorker.ready;
      part("kept").hidden = false;
    });
  }
}

const root = document.querySelector<HTMLElement>("[data-verify]");
if (root) start(root);
