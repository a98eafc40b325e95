/** The API of playback: opening a session, and fresh addresses for the recording. */
import type { PlayerData, Source } from "./player-data";
import type { Problem, Progress, TakenBack } from "./player-beats";
import { send } from "./player-requests";

export interface Session extends Source, Progress {
  session: string;
  token: string;
  beat_every_seconds: number;
  max_rate: number;
  /** Checks are at most this far apart, in newly watched recording; 0: there are none. */
  check_spacing_ms: number;
  background: string[];
  /** A presence check waits from before. */
  check: boolean;
  taken_back: TakenBack | null;
}

const DEVICE_KEY = "device";

/** This browser's own random name, so that many people on one device can be noticed. */
function device(): string {
  try {
    const known = localStorage.getItem(DEVICE_KEY);
    if (known) return known;
    const made = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    localStorage.setItem(DEVICE_KEY, made);
    return made;
  } catch {
    return "";
  }
}

/** What the server says instead of opening, where another device is being watched on and the page has not asked yet. */
export const ELSEWHERE = "watching_elsewhere";

/**
 * Open the session that earns from now on. Gives a problem where it is refused; throws without a network. `ask`: not
 * before the reader has said so, where he is watching on another device.
 */
export async function openSession(data: PlayerData, ask: boolean): Promise<Session | Problem> {
  const csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  const body = { lecture: data.lecture, course: data.course, device: device(), ask };
  const answer = await send(data.urls.sessions, body, { headers: { "X-CSRFToken": csrf } });
  if (answer.status >= 500) throw new Error(String(answer.status));
  return (await answer.json()) as Session | Problem;
}

/** Fresh addresses, for when the old ones have expired. */
export async function freshSource(data: PlayerData): Promise<Source> {
  const answer = await fetch(data.urls.source, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Source;
}
