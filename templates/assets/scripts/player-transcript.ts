/** The transcript beside the picture: follows what is said, and goes where a line is pressed. */
import type { Texts } from "./player-data";
import { TranscriptFind } from "./transcript-find";

export class Transcript {
  private readonly list = document.getElementById("transcript");
  private readonly button = document.getElementById("follow");
  private readonly cues: HTMLElement[];
  private readonly starts: number[];
  private current = -1;
  private isFollowing = true;

  constructor(
    private readonly texts: Texts,
    goTo: (mediaMs: number) => void,
  ) {
    this.cues = [...(this.list?.querySelectorAll<HTMLElement>(".cue") ?? [])];
    this.starts = this.cues.map((cue) => Number(cue.dataset["startMs"]));
    this.list?.addEventListener("click", (event) => {
      const cue = event.target instanceof Element ? event.target.closest<HTMLElement>(".cue") : null;
      if (cue) goTo(Number(cue.dataset["startMs"]));
    });
    // Whoever scrolls by hand is reading: the page must not pull the text away from him.
    for (const name of ["wheel", "touchmove"]) {
      this.list?.addEventListener(name, () => this.follow(false), { passive: true });
    }
    this.list?.addEventListener("keydown", (event) => {
      if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"].includes(event.key)) this.follow(false);
    });
    this.button?.addEventListener("click", () => this.follow(!this.isFollowing));
    new TranscriptFind(this.cues, { one: texts.foundPlace, none: texts.foundNone }, (cue) => {
      this.follow(false);
      this.scrollTo(cue);
    });
  }

  /** The picture is at `mediaMs`. */
  at(mediaMs: number): void {
    const place = this.placeOf(mediaMs);
    if (place === this.current) return;
    this.cues[this.current]?.removeAttribute("aria-current");
    this.cues[place]?.setAttribute("aria-current", "true");
    this.current = place;
    this.show();
  }

  private placeOf(mediaMs: number): number {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= mediaMs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private follow(isFollowing: boolean): void {
    if (isFollowing === this.isFollowing) return;
    this.isFollowing = isFollowing;
    this.button?.setAttribute("aria-pressed", String(isFollowing));
    const text = document.getElementById("follow-text");
    if (text) text.textContent = isFollowing ? this.texts.following : this.texts.follow;
    this.show();
  }

  private show(): void {
    const cue = this.cues[this.current];
    if (this.isFollowing && cue) this.scrollTo(cue);
  }

  private scrollTo(cue: HTMLElement): void {
    if (!this.list) return;
    const quiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = cue.offsetTop - this.list.offsetTop - this.list.clientHeight * 0.35;
    // The list alone scrolls: the page stays where the reader has it.
    this.list.scrollTo({ top, behavior: quiet ? "auto" : "smooth" });
  }
}
