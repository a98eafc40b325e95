/** Finding words in the transcript of one lecture, as they are typed, without asking the server. */

/** One character of the transcript's text as it is compared, and where it stands. */
interface Place {
  cue: number;
  offset: number;
}

const MOST_PLACES = 999;

/** Width, case, spaces and punctuation do not matter. */
function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{P}]/gu, "");
}

/** Traditional characters and the simplified ones that they are compared as; fetched when somebody begins to search. */
async function simplifiedCharacters(): Promise<Map<string, string>> {
  const { default: table } = await import("../../../search/data/traditional-to-simplified.tsv?raw");
  const pairs = table
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split("\t") as [string, string]);
  // A character of another length would move the places behind it.
  return new Map(pairs.filter(([from, to]) => from.length === to.length));
}

export class TranscriptFind {
  private readonly form = document.getElementById("transcript-find");
  private readonly words = document.getElementById("transcript-words");
  private readonly said = document.getElementById("transcript-places");
  /** The same words in the whole course, and everywhere. */
  private readonly wider = document.getElementById("transcript-wider");
  private readonly buttons = ["transcript-back", "transcript-on"].map((id) => document.getElementById(id));
  private readonly texts: HTMLElement[];
  /** The whole transcript folded, a sentence running over the end of its line, and each character's place. */
  private text: string;
  private simplified: Map<string, string> | undefined;
  private readonly places: Place[] = [];
  private found: number[] = [];
  private length = 0;
  private current = 0;

  constructor(
    private readonly cues: HTMLElement[],
    private readonly labels: { one: string; none: string },
    private readonly show: (cue: HTMLElement) => void,
  ) {
    this.texts = cues.map((cue) => cue.lastElementChild as HTMLElement);
    let text = "";
    this.texts.forEach((element, cue) => {
      let offset = 0;
      for (const character of element.textContent ?? "") {
        for (const kept of folded(character)) {
          text += kept;
          for (let unit = 0; unit < kept.length; unit++) this.places.push({ cue, offset });
        }
        offset += character.length;
      }
    });
    this.text = text;
    if (!this.form || !(this.words instanceof HTMLInputElement) || !text) return;
    this.form.hidden = false;
    this.words.addEventListener("input", () => this.find());
    this.words.addEventListener("focus", () => void this.learn(), { once: true });
    this.words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        this.step(-1);
      }
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    this.buttons[0]?.addEventListener("click", () => this.step(-1));
  }

  /** From here on either writing finds the other. */
  private async learn(): Promise<void> {
    this.simplified = await simplifiedCharacters();
    this.text = this.simply(this.text);
    if (!this.found.length) this.find(); // who has found something goes on from there
  }

  private simply(text: string): string {
    return Array.from(text, (character) => this.simplified?.get(character) ?? character).join("");
  }

  private find(): void {
    const wanted = this.words instanceof HTMLInputElement ? this.simply(folded(this.words.value)) : "";
    this.found = [];
    this.length = wanted.length;
    for (let at = wanted ? this.text.indexOf(wanted) : -1; at >= 0; at = this.text.indexOf(wanted, at + wanted.length)) {
      this.found.push(at);
      if (this.found.length === MOST_PLACES) break;
    }
    this.current = 0;
    for (const button of this.buttons) button?.toggleAttribute("disabled", this.found.length === 0);
    this.mark();
    this.tell(wanted !== "");
    this.lead(wanted !== "");
    this.go();
  }

  private lead(isAsked: boolean): void {
    if (!this.wider || !(this.words instanceof HTMLInputElement)) return;
    this.wider.hidden = !isAsked;
    for (const link of this.wider.querySelectorAll("a")) {
      const address = new URL(link.href);
      address.searchParams.set("q", this.words.value.trim());
      link.href = address.href;
    }
  }

  private step(by: number): void {
    if (!this.found.length) return;
    this.current = (this.current + by + this.found.length) % this.found.length;
    this.mark();
    this.tell(true);
    this.go();
  }

  private go(): void {
    const at = this.found[this.current];
    const cue = at === undefined ? undefined : this.cues[this.places[at]?.cue ?? -1];
    if (cue) this.show(cue);
  }

  private tell(isAsked: boolean): void {
    if (!this.said) return;
    const values: Record<string, string> = { place: String(this.current + 1), all: String(this.found.length) };
    const text = this.found.length ? this.labels.one : this.labels.none;
    this.said.textContent = isAsked ? text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "") : "";
  }

  /** Highlights are ranges, not elements: the lines stay as they were served. */
  private mark(): void {
    if (!("highlights" in CSS)) return;
    const here = this.found[this.current];
    CSS.highlights.set("found", new Highlight(...this.found.filter((at) => at !== here).flatMap((at) => this.ranges(at))));
    CSS.highlights.set("found-here", new Highlight(...(here === undefined ? [] : this.ranges(here))));
  }

  /** A place may run over lines: a range in each. */
  private ranges(at: number): Range[] {
    const ranges: Range[] = [];
    const last = at + this.length - 1;
    let from = at;
    while (from <= last) {
      const first = this.places[from];
      if (!first) break;
      let to = from;
      while (to < last && this.places[to + 1]?.cue === first.cue) to++;
      const range = this.range(first, this.places[to] ?? first);
      if (range) ranges.push(range);
      from = to + 1;
    }
    return ranges;
  }

  private range(from: Place, to: Place): Range | null {
    const element = this.texts[from.cue];
    const start = element && this.point(element, from.offset);
    const end = element && this.point(element, to.offset);
    if (!start || !end) return null;
    const range = document.createRange();
    range.setStart(start.node, start.offset);
    const character = String.fromCodePoint(end.node.data.codePointAt(end.offset) ?? 0);
    range.setEnd(end.node, Math.min(end.node.length, end.offset + character.length));
    return range;
  }

  /** The text node that holds this place of an element's text: line breaks may lie between several. */
  private point(element: HTMLElement, offset: number): { node: Text; offset: number } | null {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let left = offset;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node as Text;
      if (left < text.length) return { node: text, offset: left };
      left -= text.length;
    }
    return null;
  }
}
