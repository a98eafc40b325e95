/** What really played: stretches of the recording, cut at every pause, seek, stall and hidden page. Pure. */

export interface Stretch {
  startMs: number;
  endMs: number;
}

/** A picture that moves this much further than the clock and the rate allow was moved, not played. */
const SLACK_MS = 1_000;

export class Meter {
  private from: number | null = null;
  private to = 0;
  private seenAt = 0;

  constructor(private readonly durationMs: number) {}

  /** It plays at `mediaMs`; `now` is a steady clock in milliseconds. Gives what ended if the picture jumped. */
  playing(mediaMs: number, now: number, rate: number): Stretch | null {
    if (this.from === null) {
      this.begin(mediaMs, now);
      return null;
    }
    const moved = mediaMs - this.to;
    if (moved < 0 || moved > (now - this.seenAt) * rate + SLACK_MS) {
      const ended = this.stop();
      this.begin(mediaMs, now);
      return ended;
    }
    this.to = mediaMs;
    this.seenAt = now;
    return null;
  }

  /** Playing ended, at `mediaMs` where that is known to have been reached by playing. */
  stop(mediaMs?: number): Stretch | null {
    if (this.from === null) return null;
    if (mediaMs !== undefined && mediaMs > this.to && mediaMs - this.to <= SLACK_MS) this.to = mediaMs;
    const ended = this.stretch();
    this.from = null;
    return ended;
  }

  /** What has played since the last cut, cut here: playing goes on. */
  cut(): Stretch | null {
    const ended = this.stretch();
    if (ended) this.from = ended.endMs;
    return ended;
  }

  get isRunning(): boolean {
    return this.from !== null;
  }

  private begin(mediaMs: number, now: number): void {
    this.from = Math.max(0, Math.floor(mediaMs));
    this.to = this.from;
    this.seenAt = now;
  }

  private stretch(): Stretch | null {
    if (this.from === null) return null;
    const endMs = Math.min(Math.floor(this.to), this.durationMs);
    return endMs > this.from ? { startMs: this.from, endMs } : null;
  }
}
