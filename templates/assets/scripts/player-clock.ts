/** The server's time as this page knows it: a device's own clock may be wrong by hours, or be set meanwhile. */

/** Answers carry whole seconds; only a larger difference says that the device has slept. */
const NOTICEABLE_MS = 2_500;

export class ServerClock {
  private offset: number;

  /** `nowMs` is the server's time when it drew this page. */
  constructor(nowMs: number) {
    const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    this.offset = nowMs - (visit?.responseStart ?? 0);
  }

  now(): number {
    return performance.now() + this.offset;
  }

  /** An answer has come: the steady clock of a page stands still while some devices sleep. */
  sync(answer: Response): void {
    const said = Date.parse(answer.headers.get("Date") ?? "");
    if (Math.abs(said - this.now()) > NOTICEABLE_MS) this.offset = said - performance.now();
  }
}
