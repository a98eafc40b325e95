/** How the lecture is being watched: on a visible page, in a small window, by ear, or hidden. */
import type { Mode } from "./player-queue";

export class Modes {
  private background: readonly string[];
  /** The player plays the sound alone. */
  byEar = false;

  constructor(background: readonly string[]) {
    this.background = background;
  }

  /** The session's policy is the one that counts. */
  use(background: readonly string[]): void {
    this.background = background;
  }

  now(): Mode {
    if (document.visibilityState === "visible") return "visible";
    if (document.pictureInPictureElement) return "picture_in_picture";
    return this.byEar ? "audio_only" : "hidden";
  }

  counts(mode: Mode): boolean {
    return mode === "visible" || this.background.includes(mode);
  }
}
