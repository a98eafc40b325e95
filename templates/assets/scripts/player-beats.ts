/** Beats on their way to the server: kept until it has answered, sent again after a failure or a reload. */
import type { Stretch } from "./player-meter";

export interface BeatsState {
  watched_ms: number;
  duration_ms: number;
  share_percent: number;
  is_complete: boolean;
  session: string;
  results: { sequence: number; status: "counted" | "refused"; code?: string; detail?: string }[];
  completed: { credit: string; minutes: number; courses: string[] } | null;
}

export interface Problem {
  code: string;
  detail: string;
}

export interface BeatsEvents {
  /** The server has judged some beats. */
  onState(state: BeatsState): void;
  /** The server refused all of a request's beats. */
  onRefused(problem: Problem & Partial<BeatsState>): void;
  /** Some beats wait for the network (true), or none does any more. */
  onWaiting(isWaiting: boolean): void;
}

interface Beat {
  sequence: number;
  start_ms: number;
  end_ms: number;
  /** Device time at which its watching ended. */
  watched_at: number;
  /** The same by this page's steady clock, which no change of the device's time moves; not kept over a reload. */
  ticks?: number;
}

function ageOf(beat: Beat): number {
  const age = beat.ticks === undefined ? Date.now() - beat.watched_at : performance.now() - beat.ticks;
  return Math.max(0, Math.round(age));
}

interface Kept {
  token: string;
  beats: Beat[];
}

const PREFIX = "beats:";
const BATCH = 60;
const RETRY_MS = [2_000, 5_000, 10_000, 30_000, 60_000];
/** The server takes stretches of at most a minute. */
const LONGEST_MS = 60_000;

export class Beats {
  private session = "";
  private sequence = 0;
  private sending = false;
  private failures = 0;
  private timer = 0;
  private early: { stretch: Stretch; watchedAt: number; ticks: number }[] = [];
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly url: string,
    private readonly events: BeatsEvents,
  ) {
    this.recall();
    addEventListener("online", () => void this.send());
    if (this.kept.size) void this.send();
  }

  /** Beats from now on belong to this session; what was watched while it was being opened is its first beat. */
  use(session: string, token: string): void {
    this.session = session;
    this.sequence = 0;
    this.kept.set(session, { token, beats: [] });
    const early = this.early;
    this.early = [];
    for (const { stretch, watchedAt, ticks } of early) this.keep(stretch, watchedAt, ticks);
    if (early.length) void this.send();
  }

  /** No session earns; what is added waits for the next one. */
  leave(): void {
    this.session = "";
  }

  get hasSession(): boolean {
    return this.session !== "";
  }

  add(stretch: Stretch): void {
    if (!this.session) {
      this.early.push({ stretch, watchedAt: Date.now(), ticks: performance.now() });
      return;
    }
    this.keep(stretch, Date.now(), performance.now());
    void this.send();
  }

  /** The page may be gone in a moment: send what is kept with requests that outlive it. */
  flush(): void {
    for (const [session, kept] of this.kept) {
      if (kept.beats.length) void this.post(session, kept, kept.beats.slice(0, BATCH), true);
    }
  }

  private keep(stretch: Stretch, watchedAt: number, ticks: number): void {
    const kept = this.kept.get(this.session);
    if (!kept) return;
    for (let start = stretch.startMs; start < stretch.endMs; start += LONGEST_MS) {
      this.sequence += 1;
      const end = Math.min(start + LONGEST_MS, stretch.endMs);
      kept.beats.push({ sequence: this.sequence, start_ms: start, end_ms: end, watched_at: watchedAt, ticks });
    }
    this.remember(this.session);
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      for (const [session, kept] of this.kept) {
        while (kept.beats.length) {
          if (!(await this.post(session, kept, kept.beats.slice(0, BATCH), false))) {
            this.retryLater();
            return;
          }
        }
        if (session !== this.session) this.kept.delete(session);
      }
      this.failures = 0;
      this.events.onWaiting(false);
    } finally {
      this.sending = false;
    }
  }

  /** One request; true when the server has judged these beats, whatever it said. */
  private async post(session: string, kept: Kept, beats: Beat[], keepalive: boolean): Promise<boolean> {
    const body = {
      token: kept.token,
      beats: beats.map((beat) => ({
        sequence: beat.sequence,
        start_ms: beat.start_ms,
        end_ms: beat.end_ms,
        age_ms: ageOf(beat),
      })),
    };
    let answer: Response;
    try {
      answer = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        credentials: "same-origin",
        keepalive,
      });
    } catch {
      return false;
    }
    if (answer.status >= 500 || answer.status === 429) return false;
    const sent = new Set(beats.map((beat) => beat.sequence));
    kept.beats = kept.beats.filter((beat) => !sent.has(beat.sequence));
    this.remember(session);
    const said = (await answer.json().catch(() => null)) as (BeatsState & Problem) | null;
    // What an earlier page left behind may be of another lecture: it is saved, and not spoken of.
    if (!said || session !== this.session) return true;
    if (answer.ok) this.events.onState(said);
    else this.events.onRefused(said);
    return true;
  }

  private retryLater(): void {
    this.events.onWaiting(true);
    const delay = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 60_000;
    this.failures += 1;
    this.timer = window.setTimeout(() => void this.send(), delay);
  }

  private remember(session: string): void {
    const kept = this.kept.get(session);
    try {
      if (kept?.beats.length) localStorage.setItem(PREFIX + session, JSON.stringify(kept));
      else localStorage.removeItem(PREFIX + session);
    } catch {
      // No storage (private mode, a full disk): beats still wait in memory.
    }
  }

  /** Take up what an earlier page could not send. */
  private recall(): void {
    try {
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
        const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null;
        if (kept?.token && Array.isArray(kept.beats)) {
          for (const beat of kept.beats) delete beat.ticks;
          this.kept.set(key.slice(PREFIX.length), kept);
        } else {
          localStorage.removeItem(key);
        }
      }
    } catch {
      // Unreadable storage holds nothing that could be sent.
    }
  }
}
